// Command sdk generates the package `flowservice` for a language from the schema of the plugin.
//
//	go run . LANGUAGE SCHEMA FOLDER
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	gogen "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

var importOfParent = regexp.MustCompile(`from "\./(utilities|types/)`)

func main() {
	if len(os.Args) != 4 {
		fail("usage: go run . LANGUAGE SCHEMA FOLDER")
	}
	files, err := generate(os.Args[1], os.Args[2])
	if err != nil {
		fail(err)
	}
	if err := write(os.Args[3], files); err != nil {
		fail(err)
	}
}

func generate(language, path string) (map[string][]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	// A warning is a mistake in the schema, too.
	bound, diagnostics, err := schema.BindSpec(spec, nil, schema.ValidationOptions{})
	if err != nil {
		return nil, err
	}
	if len(diagnostics) > 0 {
		return nil, fmt.Errorf("%s: %w", path, diagnostics)
	}
	switch language {
	case "nodejs":
		files, err := nodejs.GeneratePackage("pulumi-flowservice", bound, nil, nil, false, nil)
		return withImports(files), err
	case "python":
		return python.GeneratePackage("pulumi-flowservice", bound, nil, nil)
	case "go":
		return gogen.GeneratePackage("pulumi-flowservice", bound, nil)
	}
	return nil, fmt.Errorf("no generator for the language %q: choose nodejs, python or go", language)
}

// withImports corrects the imports of files in folders. The generator takes the parent folder from filepath.Rel, whose
// result for it is shorter since Go 1.26.
func withImports(files map[string][]byte) map[string][]byte {
	for name, content := range files {
		if strings.Contains(name, "/") {
			files[name] = importOfParent.ReplaceAll(content, []byte(`from "../$1`))
		}
	}
	return files
}

func write(folder string, files map[string][]byte) error {
	for name, content := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func fail(reason any) {
	fmt.Fprintln(os.Stderr, reason)
	os.Exit(1)
}
