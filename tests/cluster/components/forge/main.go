// Forge is the outside world of a test cluster: a Git server, an OCI registry and a Helm
// chart repository, each on a loopback address, because Flux fetches from all three.
//
//	forge git --listen 127.0.0.1:PORT --repositories DIR --charts DIR
//	forge oci --listen 127.0.0.1:PORT
package main

import (
	"crypto/subtle"
	"flag"
	"fmt"
	"log"
	"net/http"
	"net/http/cgi"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/registry"
)

// Everything below /private/ asks for these; tests of failing and mended credentials use them.
const (
	privateUser     = "flux"
	privatePassword = "forge"
)

func main() {
	if len(os.Args) < 2 {
		log.Fatal("forge: say git or oci")
	}
	flags := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	listen := flags.String("listen", "127.0.0.1:0", "address to serve on")
	repositories := flags.String("repositories", "", "folder of bare Git repositories")
	charts := flags.String("charts", "", "folder of packaged charts with an index.yaml")
	if err := flags.Parse(os.Args[2:]); err != nil {
		log.Fatal(err)
	}

	mux := http.NewServeMux()
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	switch os.Args[1] {
	case "git":
		backend, err := gitBackend(*repositories)
		if err != nil {
			log.Fatal(err)
		}
		mux.Handle("/charts/", http.StripPrefix("/charts/", http.FileServer(http.Dir(*charts))))
		mux.Handle("/private/", askPassword(backend))
		mux.Handle("/", backend)
	case "oci":
		mux.Handle("/", registry.New(registry.WithReferrersSupport(true)))
	default:
		log.Fatalf("forge: no such server: %s", os.Args[1])
	}
	server := &http.Server{Addr: *listen, Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	log.Fatal(server.ListenAndServe())
}

func gitBackend(repositories string) (http.Handler, error) {
	root, err := filepath.Abs(repositories)
	if err != nil {
		return nil, err
	}
	execPath, err := exec.Command("git", "--exec-path").Output()
	if err != nil {
		return nil, fmt.Errorf("git --exec-path: %w", err)
	}
	return &cgi.Handler{
		Path: filepath.Join(strings.TrimSpace(string(execPath)), "git-http-backend"),
		Env: []string{
			"GIT_PROJECT_ROOT=" + root,
			"GIT_HTTP_EXPORT_ALL=1",
			// git-http-backend takes a push only from a named user.
			"REMOTE_USER=forge",
			// The repositories may belong to another user than the one who runs the tests.
			"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*",
		},
	}, nil
}

func askPassword(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		same := subtle.ConstantTimeCompare([]byte(user+":"+password), []byte(privateUser+":"+privatePassword))
		if same != 1 {
			w.Header().Set("WWW-Authenticate", `Basic realm="forge"`)
			http.Error(w, "this repository asks for a user and a password", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}
