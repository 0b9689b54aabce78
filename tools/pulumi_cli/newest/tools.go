//go:build tools

// Package newest pins the newest Pulumi CLI that the tests also run with, and everything it is built from.
package newest

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
