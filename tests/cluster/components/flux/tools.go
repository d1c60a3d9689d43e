//go:build tools

// Package tools keeps the built programs in go.mod: without an import `go mod tidy` drops them.
package tools

import (
	_ "github.com/fluxcd/helm-controller"
	_ "github.com/fluxcd/image-automation-controller"
	_ "github.com/fluxcd/image-reflector-controller"
	_ "github.com/fluxcd/kustomize-controller"
	_ "github.com/fluxcd/notification-controller"
	_ "github.com/fluxcd/source-controller"
	_ "github.com/fluxcd/source-watcher/v2/cmd"
	_ "helm.sh/helm/v4/cmd/helm"
	_ "sigs.k8s.io/kwok/cmd/kwok"
)
