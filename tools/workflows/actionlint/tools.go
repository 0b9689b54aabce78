//go:build tools

// Package actionlint pins the linter of workflows for GitHub Actions.
package actionlint

import _ "github.com/rhysd/actionlint/cmd/actionlint"
