//go:build tools

// Package tools keeps the built programs in go.mod: without an import `go mod tidy` drops them.
package tools

import (
	_ "github.com/fluxcd/image-automation-controller"
)
