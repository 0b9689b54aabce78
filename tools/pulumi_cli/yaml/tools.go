//go:build tools

// Package yaml pins the program that runs YAML programs for the Pulumi CLI.
package yaml

import _ "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"
