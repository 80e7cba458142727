package lineage

import (
	"encoding/json"
	"maps"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// exchanged are the graphs whose exchange forms are checked: of a row through
// all rounds, of a task with everything below it, and of a run.
func exchanged(t *testing.T) map[string]*Graph {
	t.Helper()
	db := openExample(t)
	run, err := OfRun(t.Context(), db, "demo", 0)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]*Graph{
		"row":  walkFrom(t, db, "shard_row", "2:0", Walk{Up: true, Down: true, Depth: 30, Whole: true, Limit: 50}),
		"task": walkFrom(t, db, "task", "example/0001-frost-days", Walk{Up: true, Down: true, Depth: 20}),
		"run":  run,
	}
}

func decodeObjects(t *testing.T, text string) (all []map[string]any) {
	t.Helper()
	for line := range strings.Lines(text) {
		var one map[string]any
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		all = append(all, one)
	}
	return all
}

// at follows keys into decoded JSON.
func at(v any, keys ...string) any {
	for _, key := range keys {
		object, _ := v.(map[string]any)
		v = object[key]
	}
	return v
}

var uuidForm = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

// TestOpenLineage holds the events against what the specification requires, and the
// work that they tell against the graph: what a run puts out no other run does, each
// run begins once and ends once, and only what came in from outside has no origin.
func TestOpenLineage(t *testing.T) {
	for name, g := range exchanged(t) {
		events := decodeObjects(t, written(t, g, "openlineage"))
		state := map[string]string{}
		origin := map[string]string{}
		jobs := map[string]bool{}
		for _, e := range events {
			id := checkEvent(t, e)
			if before := state[id]; e["eventType"] == "START" && before != "" || e["eventType"] == "COMPLETE" && before != "START" {
				t.Errorf("%s: run %s: %v after %q", name, id, e["eventType"], before)
			}
			state[id] = e["eventType"].(string)
			jobs[at(e, "job", "name").(string)] = true
			for _, out := range e["outputs"].([]any) {
				key := at(out, "name").(string)
				if origin[key] != "" && origin[key] != id {
					t.Errorf("%s: %s comes out of two runs", name, key)
				}
				origin[key] = id
			}
		}
		for id, last := range state {
			if last != "COMPLETE" {
				t.Errorf("%s: run %s does not end", name, id)
			}
		}
		want := []string{"audit", "export", "ingest", "sample", "trace", "train", "verify"}
		if name == "task" { // people judged one of its samples
			want = append([]string{"annotate"}, want...)
		}
		if got := slices.Sorted(maps.Keys(jobs)); !slices.Equal(got, want) {
			t.Errorf("%s: jobs %v, want %v", name, got, want)
		}
		for _, w := range g.Ways {
			if child := g.found[w.Child]; !isFrame(child.Kind) && origin[child.address()] == "" {
				t.Errorf("%s: no run puts out %s, which came from %s", name, child.address(), w.Parent)
			}
		}
	}
}

// checkEvent holds one event against the specification and returns its run's id.
func checkEvent(t *testing.T, e map[string]any) string {
	t.Helper()
	id, _ := at(e, "run", "runId").(string)
	if !uuidForm.MatchString(id) {
		t.Errorf("runId %q", id)
	}
	if _, err := time.Parse(time.RFC3339Nano, e["eventTime"].(string)); err != nil {
		t.Error(err)
	}
	if e["schemaURL"] != "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent" {
		t.Errorf("schemaURL %v", e["schemaURL"])
	}
	checkURI(t, e["producer"])
	if at(e, "job", "namespace") == "" || at(e, "job", "name") == "" {
		t.Errorf("job %v", e["job"])
	}
	checkFacets(t, at(e, "run", "facets"))
	for _, side := range []string{"inputs", "outputs"} {
		for _, data := range e[side].([]any) {
			if namespace, name := at(data, "namespace"), at(data, "name"); namespace != "nextworkbench" || name == "" || name == nil {
				t.Errorf("dataset %v", data)
			}
			checkFacets(t, at(data, "facets"))
		}
	}
	return id
}

func checkURI(t *testing.T, v any) {
	t.Helper()
	text, _ := v.(string)
	if u, err := url.Parse(text); err != nil || u.Scheme == "" {
		t.Errorf("%q is no URI: %v", text, err)
	}
}

// checkFacets holds facets against the schema in the documents that they name.
func checkFacets(t *testing.T, v any) {
	t.Helper()
	data, err := os.ReadFile("../../docs/openlineage-facets.json")
	if err != nil {
		t.Fatal(err)
	}
	var schema map[string]any
	if err := json.Unmarshal(data, &schema); err != nil {
		t.Fatal(err)
	}
	facets, _ := v.(map[string]any)
	if len(facets) == 0 {
		t.Error("no facet")
	}
	for name, facet := range facets {
		checkURI(t, at(facet, "_producer"))
		where, definition, _ := strings.Cut(at(facet, "_schemaURL").(string), "#/$defs/")
		properties, _ := at(schema, "$defs", definition, "properties").(map[string]any)
		if where != schema["$id"] || properties == nil {
			t.Fatalf("facet %s: %s is not in the documents", name, at(facet, "_schemaURL"))
		}
		var required []string
		for _, key := range at(schema, "$defs", definition, "required").([]any) {
			required = append(required, key.(string))
		}
		slices.Sort(required)
		if got := slices.Sorted(maps.Keys(facet.(map[string]any))); !slices.Equal(got, required) {
			t.Errorf("facet %s has %v, its schema requires %v", name, got, required)
		}
		for key, value := range facet.(map[string]any) {
			kind := map[string]string{"string": "string", "integer": "float64", "array": "[]interface {}"}[at(properties[key], "type").(string)]
			if got := typeOf(value); got != kind {
				t.Errorf("facet %s: %s is a %s", name, key, got)
			}
		}
	}
}

func typeOf(v any) string {
	switch v.(type) {
	case string:
		return "string"
	case float64:
		return "float64"
	case []any:
		return "[]interface {}"
	}
	return "other"
}

var qualifiedName = regexp.MustCompile(`^(wb|prov):([A-Za-z0-9_./-]|%[0-9A-F]{2})*([A-Za-z0-9_/-]|%[0-9A-F]{2})$`)

// TestProv holds the document against PROV-JSON: sections, references that are
// declared as what they are used as, and times in order.
func TestProv(t *testing.T) {
	required := map[string][2][2]string{ // of each relation: the keys, and the section that they point into
		"used":              {{"prov:activity", "activity"}, {"prov:entity", "entity"}},
		"wasGeneratedBy":    {{"prov:entity", "entity"}, {"prov:activity", "activity"}},
		"wasDerivedFrom":    {{"prov:generatedEntity", "entity"}, {"prov:usedEntity", "entity"}},
		"wasAttributedTo":   {{"prov:entity", "entity"}, {"prov:agent", "agent"}},
		"wasAssociatedWith": {{"prov:activity", "activity"}, {"prov:agent", "agent"}},
		"hadMember":         {{"prov:collection", "entity"}, {"prov:entity", "entity"}},
	}
	for name, g := range exchanged(t) {
		var d map[string]map[string]any
		if err := json.Unmarshal([]byte(written(t, g, "prov")), &d); err != nil {
			t.Fatal(err)
		}
		checkURI(t, d["prefix"]["wb"])
		for section, relations := range d {
			keys, isRelation := required[section]
			for id, about := range relations {
				if section == "prefix" {
					continue
				}
				if !isRelation && !qualifiedName.MatchString(id) || isRelation && !strings.HasPrefix(id, "_:") {
					t.Errorf("%s: %s %q is no name", name, section, id)
				}
				if !isRelation {
					checkTyped(t, at(about, "prov:type"))
					continue
				}
				for _, key := range keys {
					if target, _ := at(about, key[0]).(string); d[key[1]][target] == nil {
						t.Errorf("%s: %s %s: %s %q is no %s", name, section, id, key[0], target, key[1])
					}
				}
			}
		}
		for section := range required {
			if len(d[section]) == 0 && (section != "hadMember" || name != "task") { // it is in no run by itself
				t.Errorf("%s has no %s", name, section)
			}
		}
		for id, about := range d["activity"] {
			from, to := at(about, "prov:startTime").(string), at(about, "prov:endTime").(string)
			begin, err := time.Parse(time.RFC3339Nano, from)
			end, err2 := time.Parse(time.RFC3339Nano, to)
			if err != nil || err2 != nil || end.Before(begin) {
				t.Errorf("%s: %s lasts from %s to %s", name, id, from, to)
			}
		}
	}
}

func checkTyped(t *testing.T, v any) {
	t.Helper()
	if text, _ := at(v, "$").(string); !qualifiedName.MatchString(text) || at(v, "type") != "xsd:QName" {
		t.Errorf("type %v", v)
	}
}

// TestLines decodes every line of the form json and finds both ends of every edge
// among the nodes.
func TestLines(t *testing.T) {
	for name, g := range exchanged(t) {
		known := map[[2]any]bool{}
		nodes, edges := 0, 0
		for _, line := range decodeObjects(t, written(t, g, "json")) {
			switch {
			case line["cut"] != nil:
				if line["hidden"].(float64) < 1 || line["of"] == "" {
					t.Errorf("%s: %v", name, line)
				}
			case line["edge"] != nil:
				edges++
				for _, end := range []string{"child", "parent"} {
					if !known[[2]any{line[end+"_kind"], line[end+"_id"]}] {
						t.Errorf("%s: no node is the %s of %v", name, end, line)
					}
				}
			default:
				nodes++
				known[[2]any{line["kind"], line["id"]}] = true
			}
		}
		if nodes != len(g.Nodes) || edges != len(g.Ways) {
			t.Errorf("%s: %d nodes of %d, %d edges of %d", name, nodes, len(g.Nodes), edges, len(g.Ways))
		}
	}
}

// TestHostileNames gives hostile task ids to the exchange forms.
func TestHostileNames(t *testing.T) {
	for _, text := range hostileTexts() {
		if id := (&Node{Fact: Fact{"task", text}, Name: text}).provID(); text != "" && !qualifiedName.MatchString(id) {
			t.Errorf("%q becomes %q", text, id)
		}
		for _, form := range []string{"json", "openlineage"} {
			decodeObjects(t, written(t, hostile(text, text, text), form))
		}
	}
}
