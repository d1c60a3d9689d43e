// Fill writes pods straight into etcd, as the API server would have stored them, because creating
// 50,000 of them through it takes minutes. The API server may start before or after.
//
//	fill --etcd http://127.0.0.1:PORT --pods 50000 [--namespaces 100] [--seed 1] [--delete]
//
// The same seed gives the same pods. A pod is 6–12 kB of JSON with managedFields, 9 on average, and compresses
// like pods of real clusters do: names, hashes, digests, addresses and times differ, the shape is
// shared by the pods of one application.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
)

// etcd takes 128 operations and 1.5 MiB in one transaction; 100 pods are below 1 MiB.
const batch = 100

func main() {
	endpoint := flag.String("etcd", "", "etcd client URL")
	pods := flag.Int("pods", 20000, "number of pods")
	namespaces := flag.Int("namespaces", 100, "number of namespaces they are spread over")
	seed := flag.Uint64("seed", 1, "which pods")
	remove := flag.Bool("delete", false, "delete them instead")
	flag.Parse()

	client, err := clientv3.New(clientv3.Config{Endpoints: []string{*endpoint}, DialTimeout: 5 * time.Second})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	scheme := runtime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		log.Fatal(err)
	}
	storage := protobuf.NewSerializer(scheme, scheme)

	started := time.Now()
	made := newGenerator(*seed, *namespaces)
	var operations []clientv3.Op
	var stored, plain, smallest, largest int
	flush := func() {
		if len(operations) == 0 {
			return
		}
		if _, err := client.Txn(context.Background()).Then(operations...).Commit(); err != nil {
			log.Fatal(err)
		}
		operations = operations[:0]
	}
	add := func(key string, object runtime.Object) int {
		if *remove {
			operations = append(operations, clientv3.OpDelete(key))
		} else {
			var encoded bytes.Buffer
			if err := storage.Encode(object, &encoded); err != nil {
				log.Fatal(err)
			}
			operations = append(operations, clientv3.OpPut(key, encoded.String()))
			stored += encoded.Len()
		}
		if len(operations) == batch {
			flush()
		}
		return stored
	}

	for number := range *namespaces {
		namespace := made.namespace(number)
		add("/registry/namespaces/"+namespace.Name, namespace)
	}
	for number := range *pods {
		pod := made.pod(number)
		add("/registry/pods/"+pod.Namespace+"/"+pod.Name, pod)
		// Every hundredth tells the sizes well enough; encoding all would take longer than writing.
		if number%100 == 0 {
			text, err := json.Marshal(pod)
			if err != nil {
				log.Fatal(err)
			}
			plain += len(text)
			if smallest == 0 || len(text) < smallest {
				smallest = len(text)
			}
			largest = max(largest, len(text))
		}
	}
	flush()
	if *remove {
		fmt.Printf("deleted %d pods in %.1f s\n", *pods, time.Since(started).Seconds())
		return
	}
	sampled := max(1, (*pods+99)/100)
	fmt.Printf("wrote %d pods in %.1f s: JSON %d B on average (%d to %d), %d B stored\n", *pods,
		time.Since(started).Seconds(), plain/sampled, smallest, largest, stored/max(1, *pods))
}
