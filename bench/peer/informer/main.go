// Informer is what Masthead's cache is measured against: a client-go informer over every pod of a
// cluster, with managedFields dropped before they are kept, as careful programs do.
//
// It prints one JSON line: how long until everything was there, how much memory the process held
// then (after a collection, returned to the system) and at most, and how many objects it has.
//
//	informer --kubeconfig FILE [--encoding protobuf|json] [--objects typed|dynamic] [--hold 30s]
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
)

type report struct {
	Encoding  string  `json:"encoding"`
	Objects   string  `json:"objects"`
	Count     int     `json:"count"`
	SyncMs    float64 `json:"sync_ms"`
	CPUMs     float64 `json:"cpu_ms"`
	RSSBytes  int64   `json:"rss_bytes"`
	PeakBytes int64   `json:"peak_rss_bytes"`
	HeapBytes uint64  `json:"heap_bytes"`
}

func main() {
	kubeconfig := flag.String("kubeconfig", os.Getenv("KUBECONFIG"), "kubeconfig file")
	encoding := flag.String("encoding", "protobuf", "protobuf or json (typed objects only)")
	objects := flag.String("objects", "typed", "typed or dynamic (unstructured, as generic consoles keep them)")
	timeout := flag.Duration("timeout", 10*time.Minute, "give up after")
	hold := flag.Duration("hold", 0, "stay connected so long after the report")
	flag.Parse()

	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		log.Fatal(err)
	}
	// The client must not be slowed down by its own limiter.
	config.QPS, config.Burst = -1, -1

	if *objects == "dynamic" {
		*encoding = "json" // unstructured objects come in no other
	}
	informer, err := newInformer(config, *encoding, *objects)
	if err != nil {
		log.Fatal(err)
	}
	if err := informer.SetTransform(dropManagedFields); err != nil {
		log.Fatal(err)
	}

	ctx, cancel := context.WithTimeout(context.Background(), *timeout)
	defer cancel()
	started := time.Now()
	go informer.Run(ctx.Done())
	for !informer.HasSynced() {
		if ctx.Err() != nil {
			log.Fatalf("not synced within %s", *timeout)
		}
		time.Sleep(time.Millisecond)
	}
	took := time.Since(started)

	cpu := cpuMs()
	peak := statusBytes("VmHWM")
	debug.FreeOSMemory()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	line, err := json.Marshal(report{
		Encoding: *encoding, Objects: *objects, Count: len(informer.GetStore().ListKeys()),
		SyncMs: float64(took.Microseconds()) / 1000, CPUMs: cpu,
		RSSBytes: statusBytes("VmRSS"), PeakBytes: peak, HeapBytes: memory.HeapAlloc,
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(line))
	time.Sleep(*hold)
	// Keeps the store alive until everything was measured.
	runtime.KeepAlive(informer)
}

func newInformer(config *rest.Config, encoding, objects string) (cache.SharedIndexInformer, error) {
	if objects == "dynamic" {
		client, err := dynamic.NewForConfig(config)
		if err != nil {
			return nil, err
		}
		pods := schema.GroupVersionResource{Version: "v1", Resource: "pods"}
		return dynamicinformer.NewDynamicSharedInformerFactory(client, 0).ForResource(pods).Informer(), nil
	}
	config.ContentType = "application/json"
	if encoding == "protobuf" {
		config.ContentType = "application/vnd.kubernetes.protobuf"
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	return informers.NewSharedInformerFactory(client, 0).Core().V1().Pods().Informer(), nil
}

func dropManagedFields(object any) (any, error) {
	if accessor, err := meta.Accessor(object); err == nil {
		accessor.SetManagedFields(nil)
	}
	return object, nil
}

// statusBytes reads a size of this process from /proc/self/status.
func statusBytes(name string) int64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		log.Fatal(err)
	}
	for _, line := range strings.Split(string(text), "\n") {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			kilobytes, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			if err != nil {
				log.Fatal(err)
			}
			return kilobytes * 1024
		}
	}
	return 0
}
