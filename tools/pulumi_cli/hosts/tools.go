//go:build tools

// Package hosts pins the programs that run Python and Node.js for the Pulumi CLI. This is the last release that has
// them in the SDK's module; the later ones are in modules that the Go proxy does not serve.
package hosts

import (
	_ "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs"
	_ "github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python"
)
