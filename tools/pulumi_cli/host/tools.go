//go:build tools

// Package host pins the program that runs Python for the Pulumi CLI. This is the last release that has it in the SDK's
// module; the later one is in a module that the Go proxy does not serve.
package host

import _ "github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python"
