package lineage

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Forms are the forms in which a graph can be written.
func Forms() []string { return []string{"tree", "json", "mermaid", "dot", "openlineage", "prov"} }

// CheckForm says whether there is a form of that name.
func CheckForm(name string) error {
	if !slices.Contains(Forms(), name) {
		return fmt.Errorf("no form is called %q; there are %s", name, strings.Join(Forms(), ", "))
	}
	return nil
}

// Write writes the graph in a form that [CheckForm] knows; on one line where the form
// is a single JSON document and oneLine is set.
func (g *Graph) Write(w io.Writer, form string, oneLine bool) error {
	switch form {
	case "json":
		return g.Lines(w)
	case "mermaid":
		return g.Mermaid(w)
	case "dot":
		return g.Dot(w)
	case "openlineage":
		return g.OpenLineage(w)
	case "prov":
		indent := "  "
		if oneLine {
			indent = ""
		}
		return g.Prov(w, indent)
	}
	return g.Tree(w)
}
