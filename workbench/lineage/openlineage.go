package lineage

import (
	"encoding/json"
	"io"
	"strings"

	"github.com/google/uuid"
)

// What OpenLineage events say of themselves. The facets' schema is
// docs/openlineage-facets.json.
const (
	openLineageSchema = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
	facetSchema       = "urn:nextworkbench:openlineage-facets:1#/$defs/"
	producer          = "urn:nextworkbench:workbench"
	namespace         = "nextworkbench"
)

type runEvent struct {
	EventType string    `json:"eventType"`
	EventTime string    `json:"eventTime"`
	Run       eventRun  `json:"run"`
	Job       eventJob  `json:"job"`
	Inputs    []dataset `json:"inputs"`
	Outputs   []dataset `json:"outputs"`
	Producer  string    `json:"producer"`
	SchemaURL string    `json:"schemaURL"`
}

type eventRun struct {
	RunID  string    `json:"runId"`
	Facets runFacets `json:"facets"`
}

type runFacets struct {
	Stage stageFacet `json:"nextworkbench_stage"`
}

type eventJob struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
}

type dataset struct {
	Namespace string        `json:"namespace"`
	Name      string        `json:"name"`
	Facets    datasetFacets `json:"facets"`
}

type datasetFacets struct {
	Fact factFacet `json:"nextworkbench_fact"`
}

// facet is what every facet has to say of itself.
type facet struct {
	Producer  string `json:"_producer"`
	SchemaURL string `json:"_schemaURL"`
}

type stageFacet struct {
	facet
	Round  int      `json:"round"`
	Frames []string `json:"frames"`
}

type factFacet struct {
	facet
	Kind  string `json:"kind"`
	Title string `json:"title"`
	Count int    `json:"count"`
}

// OpenLineage writes the graph as RunEvents of OpenLineage 2-0-2, one per line: a
// START and a COMPLETE for each stage of work. A run's id is made of what went in and
// came out of it, and times are those of the stored facts, so that the same facts give
// the same events from every database.
func (g *Graph) OpenLineage(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	for _, s := range g.stages() {
		from, to := s.span()
		e := s.event()
		e.EventType, e.EventTime = "START", moment(from)
		if err := encoder.Encode(e); err != nil {
			return err
		}
		e.EventType, e.EventTime = "COMPLETE", moment(to)
		if err := encoder.Encode(e); err != nil {
			return err
		}
	}
	return nil
}

func (s *stage) event() runEvent {
	self := stageFacet{facet: facet{producer, facetSchema + "NextworkbenchStageRunFacet"}, Round: s.round, Frames: []string{}}
	for _, n := range s.frames {
		self.Frames = append(self.Frames, n.address())
	}
	return runEvent{
		Run:       eventRun{s.uuid(), runFacets{self}},
		Job:       eventJob{namespace, s.name},
		Inputs:    datasets(s.inputs),
		Outputs:   datasets(s.outputs),
		Producer:  producer,
		SchemaURL: openLineageSchema,
	}
}

func datasets(nodes []*Node) []dataset {
	all := []dataset{}
	for _, n := range nodes {
		fact := factFacet{facet{producer, facetSchema + "NextworkbenchFactDatasetFacet"}, n.Kind, n.Title, max(1, n.Count)}
		all = append(all, dataset{namespace, n.address(), datasetFacets{fact}})
	}
	return all
}

// uuid is made of the content of the stage.
func (s *stage) uuid() string {
	parts := []string{s.name, s.key}
	for _, some := range [][]*Node{s.inputs, s.frames, s.outputs} {
		for _, n := range some {
			parts = append(parts, n.address())
		}
		parts = append(parts, "")
	}
	return uuid.NewSHA1(uuid.NewSHA1(uuid.NameSpaceURL, []byte(producer)), []byte(strings.Join(parts, "\x00"))).String()
}
