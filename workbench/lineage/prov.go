package lineage

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// provDocument is a document of PROV-JSON.
type provDocument struct {
	Prefix            map[string]string         `json:"prefix"`
	Entity            map[string]map[string]any `json:"entity,omitempty"`
	Activity          map[string]map[string]any `json:"activity,omitempty"`
	Agent             map[string]map[string]any `json:"agent,omitempty"`
	Used              map[string]map[string]any `json:"used,omitempty"`
	WasGeneratedBy    map[string]map[string]any `json:"wasGeneratedBy,omitempty"`
	WasDerivedFrom    map[string]map[string]any `json:"wasDerivedFrom,omitempty"`
	WasAttributedTo   map[string]map[string]any `json:"wasAttributedTo,omitempty"`
	WasAssociatedWith map[string]map[string]any `json:"wasAssociatedWith,omitempty"`
	HadMember         map[string]map[string]any `json:"hadMember,omitempty"`
}

// Prov writes the graph as one document of PROV-JSON: facts are entities, stages of
// work activities; runners, samplers, models and people are agents, a policy is a plan.
func (g *Graph) Prov(w io.Writer, indent string) error {
	d := provDocument{Prefix: map[string]string{"wb": "urn:nextworkbench:"}}
	for _, n := range g.Nodes {
		d.enter(n)
	}
	for _, s := range g.stages() {
		d.work(s)
	}
	for _, way := range g.Ways {
		d.way(way, g.found[way.Child], g.found[way.Parent])
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", indent)
	return encoder.Encode(d)
}

// enter declares a fact: as what it is, and as who it is.
func (d *provDocument) enter(n *Node) {
	about := map[string]any{"prov:label": n.Label(), "prov:type": typed("wb:" + n.Kind)}
	if n.Title != "" {
		about["wb:title"] = n.Title
	}
	if n.Count > 0 {
		about["wb:count"] = n.Count
	}
	switch n.Kind {
	case "runner", "sampling":
		about["prov:type"] = typed("prov:SoftwareAgent")
		put(&d.Agent, n.provID(), about)
		return
	case "policy":
		about["prov:type"] = typed("prov:Plan")
	case "run", "iteration", "evaluation":
		about["prov:type"] = typed("prov:Collection")
	case "model":
		put(&d.Agent, n.provID(), map[string]any{"prov:type": typed("prov:SoftwareAgent")})
	}
	put(&d.Entity, n.provID(), about)
	if n.Person != "" {
		person := "wb:person/" + provLocal(n.Person)
		put(&d.Agent, person, map[string]any{"prov:type": typed("prov:Person"), "prov:label": n.Person})
		relate(&d.WasAttributedTo, "prov:entity", n.provID(), "prov:agent", person)
	}
}

// work declares a stage, what it used and made, and who did it.
func (d *provDocument) work(s *stage) {
	id := "wb:work/" + s.uuid()
	from, to := s.span()
	put(&d.Activity, id, map[string]any{"prov:startTime": moment(from), "prov:endTime": moment(to),
		"prov:label": fmt.Sprintf("%s, round %d", s.name, s.round), "prov:type": typed("wb:" + s.name)})
	put(&d.Agent, "wb:workbench", map[string]any{"prov:type": typed("prov:SoftwareAgent")})
	relate(&d.WasAssociatedWith, "prov:activity", id, "prov:agent", "wb:workbench")
	for _, n := range s.inputs {
		relate(&d.Used, "prov:activity", id, "prov:entity", n.provID())
	}
	for _, n := range s.outputs {
		relate(&d.WasGeneratedBy, "prov:entity", n.provID(), "prov:activity", id)
	}
	for _, n := range s.frames {
		switch n.Kind {
		case "runner", "sampling":
			relate(&d.WasAssociatedWith, "prov:activity", id, "prov:agent", n.provID())
		case "policy":
			relate(&d.WasAssociatedWith, "prov:activity", id, "prov:agent", "wb:workbench", "prov:plan", n.provID())
		}
	}
}

// way tells how two facts hang together.
func (d *provDocument) way(w Way, child, parent *Node) {
	switch {
	case parent.Kind == "runner", parent.Kind == "sampling":
		relate(&d.WasAttributedTo, "prov:entity", child.provID(), "prov:agent", parent.provID())
	case w.Relation == "made by":
		relate(&d.WasAttributedTo, "prov:entity", child.provID(), "prov:agent", parent.provID())
	case parent.Kind == "run" || parent.Kind == "iteration" || parent.Kind == "evaluation":
		relate(&d.HadMember, "prov:collection", parent.provID(), "prov:entity", child.provID())
	default:
		relation := relate(&d.WasDerivedFrom, "prov:generatedEntity", child.provID(), "prov:usedEntity", parent.provID())
		relation["prov:label"] = w.Relation
	}
}

func put(section *map[string]map[string]any, id string, about map[string]any) {
	if *section == nil {
		*section = map[string]map[string]any{}
	}
	(*section)[id] = about
}

// relate enters a relation under the next free name, and returns it.
func relate(section *map[string]map[string]any, pairs ...string) map[string]any {
	relation := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		relation[pairs[i]] = pairs[i+1]
	}
	put(section, fmt.Sprintf("_:r%d", len(*section)+1), relation)
	return relation
}

// typed is a qualified name as a value.
func typed(name string) map[string]string { return map[string]string{"$": name, "type": "xsd:QName"} }

func (n *Node) provID() string { return "wb:" + n.Kind + "/" + provLocal(n.Name) }

// provLocal makes the local part of a qualified name of any text: what it cannot hold
// is escaped as in a URL.
func provLocal(text string) string {
	var b strings.Builder
	for i := range len(text) {
		c := text[i]
		inside := c == '.' && i < len(text)-1
		if inside || c == '-' || c == '_' || c == '/' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
