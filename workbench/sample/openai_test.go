package sample_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nextworkbench/workbench/sample"
	"nextworkbench/workbench/sample/sampletest"
)

// chatRequest is what a server reads of a request.
type chatRequest struct {
	Model       string
	Messages    []struct{ Role, Content string }
	Temperature float64
	TopP        float64 `json:"top_p"`
	MaxTokens   int     `json:"max_tokens"`
	Seed        int64
	N           int
	Stop        []string
	TopK        *int `json:"top_k"`
}

// chatServer is a local server: reply gets the request and its number, from 1.
func chatServer(t *testing.T, reply func(w http.ResponseWriter, r *http.Request, chat chatRequest, call int)) *httptest.Server {
	t.Helper()
	var calls atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var chat chatRequest
		body, err := io.ReadAll(r.Body)
		if err == nil {
			err = json.Unmarshal(body, &chat)
		}
		if err != nil || r.Method != http.MethodPost || r.URL.Path != "/v1/chat/completions" {
			t.Errorf("request %s %s: %v", r.Method, r.URL, err)
		}
		reply(w, r, chat, int(calls.Add(1)))
	}))
	t.Cleanup(server.Close)
	return server
}

// choices writes n choices; each text says with which seed it was drawn.
func choices(w io.Writer, chat chatRequest, n int) {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf(`{"index": %d, "finish_reason": "stop", "message": {"role": "assistant", "content": "seed %d"}}`, i, chat.Seed+int64(i)))
	}
	fmt.Fprintf(w, `{"id": "c", "choices": [%s], "usage": {"prompt_tokens": 11, "completion_tokens": %d}}`, strings.Join(all, ", "), 5*n)
}

func openAI(t *testing.T, url string, change func(*sample.OpenAISettings)) *sample.OpenAI {
	t.Helper()
	s := sample.OpenAISettings{BaseURL: url, FirstPause: time.Millisecond, Attempts: 3}
	if change != nil {
		change(&s)
	}
	o, err := sample.NewOpenAI(s)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func request(indices ...int) sample.Request {
	return sample.Request{Task: "t/1", System: "Repair.", User: "def f(): ...", Model: sample.Model{Name: "m"},
		Parameters: sample.Parameters{Temperature: 0.8, TopP: 0.95, MaxTokens: 512, Seed: 100, Stop: []string{"\n# Your task"}}, Indices: indices}
}

// drawn is the texts by index.
func drawn(t *testing.T, s sample.Sampler, r sample.Request) (map[int]string, error) {
	t.Helper()
	texts := map[int]string{}
	err := s.Sample(t.Context(), r, func(c sample.Completion) error {
		texts[c.Index] = c.Text
		return nil
	})
	return texts, err
}

func TestOpenAIKeepsThePromises(t *testing.T) {
	for _, most := range []int{1, 3, 32} {
		t.Run(fmt.Sprint(most), func(t *testing.T) {
			server := chatServer(t, func(w http.ResponseWriter, _ *http.Request, chat chatRequest, _ int) {
				if chat.Messages[1].Content == "nonsense" {
					http.Error(w, "no such thing", http.StatusBadRequest)
					return
				}
				choices(w, chat, chat.N)
			})
			bad := request(0, 1)
			bad.User = "nonsense"
			sampletest.Run(t, sampletest.Subject{
				Sampler:    openAI(t, server.URL, func(s *sample.OpenAISettings) { s.Choices = most }),
				Answerable: request(0, 1, 2, 3, 5, 6), Unanswerable: bad})
		})
	}
}

// TestOpenAISendsEverything checks the body, the key and what is kept of the
// answer.
func TestOpenAISendsEverything(t *testing.T) {
	server := chatServer(t, func(w http.ResponseWriter, r *http.Request, chat chatRequest, _ int) {
		k := 20
		want := chatRequest{"served", []struct{ Role, Content string }{{"system", "Repair."}, {"user", "def f(): ..."}}, 0.8, 0, 512, 107, 2, []string{"\n# Your task"}, &k}
		if diff := cmp.Diff(want, chat); diff != "" {
			t.Errorf("request (-want +got):\n%s", diff)
		}
		if got := r.Header.Get("Authorization"); got != "Bearer s3cret" {
			t.Errorf("authorization %q", got)
		}
		choices(w, chat, chat.N)
	})
	o := openAI(t, server.URL+"/v1/", func(s *sample.OpenAISettings) {
		s.Model, s.Choices, s.KeyVariable = "served", 8, "KEY"
		s.Getenv = func(name string) string { return map[string]string{"KEY": "s3cret"}[name] }
	})
	r := request(7, 8)
	r.Parameters.Extra = map[string]any{"top_k": 20, "top_p": nil}
	err := o.Sample(t.Context(), r, func(c sample.Completion) error {
		want := sample.Completion{Index: c.Index, Text: fmt.Sprint("seed ", 100+c.Index), Finish: "stop", InputTokens: 11}
		response := c.Response
		c.Response = ""
		if diff := cmp.Diff(want, c); diff != "" {
			t.Errorf("completion (-want +got):\n%s", diff)
		}
		if strings.Count(response, "seed ") != 1 || !strings.Contains(response, want.Text) || !strings.Contains(response, `"id":"c"`) {
			t.Errorf("response of completion %d: %s", c.Index, response)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestOpenAICountsChoices checks servers that give fewer choices than asked for:
// the rest is asked for one by one, with the seeds that it would have had.
func TestOpenAICountsChoices(t *testing.T) {
	for name, reply := range map[string]func(http.ResponseWriter, chatRequest){
		"ignores n":       func(w http.ResponseWriter, chat chatRequest) { choices(w, chat, 1) },
		"gives one less":  func(w http.ResponseWriter, chat chatRequest) { choices(w, chat, max(1, chat.N-1)) },
		"gives one more":  func(w http.ResponseWriter, chat chatRequest) { choices(w, chat, chat.N+1) },
		"numbers nothing": func(w http.ResponseWriter, chat chatRequest) { unnumbered(w, chat) },
		"refuses n": func(w http.ResponseWriter, chat chatRequest) {
			if chat.N > 1 {
				http.Error(w, `{"error": "n must be 1"}`, http.StatusUnprocessableEntity)
				return
			}
			choices(w, chat, 1)
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := chatServer(t, func(w http.ResponseWriter, _ *http.Request, chat chatRequest, _ int) { reply(w, chat) })
			got, err := drawn(t, openAI(t, server.URL, func(s *sample.OpenAISettings) { s.Choices = 8 }), request(0, 1, 2, 3))
			want := map[int]string{0: "seed 100", 1: "seed 101", 2: "seed 102", 3: "seed 103"}
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
		})
	}
}

func unnumbered(w io.Writer, chat chatRequest) {
	var text strings.Builder
	choices(&text, chat, chat.N)
	for i := range chat.N {
		rest := strings.Replace(text.String(), fmt.Sprintf(`"index": %d, `, i), "", 1)
		text.Reset()
		text.WriteString(rest)
	}
	io.WriteString(w, text.String())
}

// TestOpenAIRepeats checks answers that are worth another call.
func TestOpenAIRepeats(t *testing.T) {
	for name, first := range map[string]http.HandlerFunc{
		"garbage":    func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "<html>busy</html>") },
		"no choices": func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{"choices": []}`) },
		"no message": func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{"choices": [{"index": 0}]}`) },
		"wrong number": func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, `{"choices": [{"index": 7, "message": {"content": "x"}}]}`)
		},
		"truncated":    truncated,
		"hangs up":     func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"server error": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "oops", http.StatusBadGateway) },
		"too slow":     func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"too many":     func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "later", http.StatusTooManyRequests) },
		"half a choice": func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, `{"choices": [{"index": 0, "message": {"cont`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := chatServer(t, func(w http.ResponseWriter, r *http.Request, chat chatRequest, call int) {
				if call == 1 {
					first(w, r)
					return
				}
				choices(w, chat, 1)
			})
			got, err := drawn(t, openAI(t, server.URL, func(s *sample.OpenAISettings) {
				if name == "too slow" {
					s.Timeout = 2 * time.Second
				}
			}), request(4))
			if diff := cmp.Diff(map[int]string{4: "seed 104"}, got); diff != "" || err != nil {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
		})
	}
}

func truncated(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	io.WriteString(w, `{"choices": [`)
}

// TestOpenAIHonoursRetryAfter checks both forms of the header.
func TestOpenAIHonoursRetryAfter(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for name, header := range map[string]string{"seconds": "1", "time": now.Add(time.Second).Format(http.TimeFormat)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var refused time.Time
			server := chatServer(t, func(w http.ResponseWriter, _ *http.Request, chat chatRequest, call int) {
				if call == 1 {
					refused = time.Now()
					w.Header().Set("Retry-After", header)
					w.Header().Set("Date", now.Format(http.TimeFormat))
					w.WriteHeader(http.StatusTooManyRequests)
					return
				}
				if waited := time.Since(refused); waited < 900*time.Millisecond {
					t.Errorf("called again after %v, want a second", waited)
				}
				choices(w, chat, 1)
			})
			if _, err := drawn(t, openAI(t, server.URL, nil), request(0)); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestOpenAIGivesUp checks what is not repeated, or not for ever, and what tells
// the station to stop.
func TestOpenAIGivesUp(t *testing.T) {
	for _, c := range []struct {
		status, calls int
		unusable      bool
	}{
		{http.StatusBadRequest, 1, false}, {http.StatusForbidden, 1, false}, {http.StatusFound, 1, false},
		{http.StatusUnauthorized, 1, true}, {http.StatusNotFound, 1, true},
		{http.StatusTooManyRequests, 3, false}, {http.StatusInternalServerError, 3, false},
	} {
		var calls atomic.Int32
		server := chatServer(t, func(w http.ResponseWriter, _ *http.Request, _ chatRequest, _ int) {
			calls.Add(1)
			w.Header().Set("Location", "/elsewhere")
			http.Error(w, "the key s3cret is no good", c.status)
		})
		o := openAI(t, server.URL, func(s *sample.OpenAISettings) {
			s.KeyVariable, s.Getenv = "KEY", func(string) string { return "s3cret" }
		})
		_, err := drawn(t, o, request(0))
		if err == nil || int(calls.Load()) != c.calls || errors.Is(err, sample.ErrUnusable) != c.unusable {
			t.Errorf("status %d: %d calls, error %v; want %d calls, unusable: %v", c.status, calls.Load(), err, c.calls, c.unusable)
		}
		if err != nil && (strings.Contains(err.Error(), "s3cret") || !strings.Contains(err.Error(), "is no good")) {
			t.Errorf("status %d: error %v must quote the server but not the key", c.status, err)
		}
	}
	server := chatServer(t, nil)
	server.Close()
	if _, err := drawn(t, openAI(t, server.URL, nil), request(0)); !errors.Is(err, sample.ErrUnusable) {
		t.Errorf("nobody listens: %v", err)
	}
}

// TestOpenAIFailsInPart checks that one bad call does not take the others along.
func TestOpenAIFailsInPart(t *testing.T) {
	server := chatServer(t, func(w http.ResponseWriter, _ *http.Request, chat chatRequest, _ int) {
		if chat.Seed == 102 {
			http.Error(w, "not this one", http.StatusBadRequest)
			return
		}
		choices(w, chat, 1)
	})
	got, err := drawn(t, openAI(t, server.URL, nil), request(0, 1, 2, 3))
	if err == nil || len(got) != 3 {
		t.Errorf("%d completions, error %v; want 3 and the error of the fourth", len(got), err)
	}
}

// TestOpenAILimitsCalls checks that no more calls are under way than allowed.
func TestOpenAILimitsCalls(t *testing.T) {
	var now, most int
	var mutex sync.Mutex
	full := make(chan struct{})
	reached := sync.OnceFunc(func() { close(full) })
	count := func(by int) {
		mutex.Lock()
		defer mutex.Unlock()
		now += by
		if most = max(most, now); most == 3 {
			reached()
		}
	}
	server := chatServer(t, func(w http.ResponseWriter, _ *http.Request, chat chatRequest, _ int) {
		count(1)
		select {
		case <-full: // all that are allowed are under way
		case <-time.After(time.Minute):
		}
		count(-1)
		choices(w, chat, 1)
	})
	o := openAI(t, server.URL, func(s *sample.OpenAISettings) { s.Concurrency = 3 })
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if got, err := drawn(t, o, request(0, 1, 2, 3, 4)); err != nil || len(got) != 5 {
				t.Errorf("%d completions, %v", len(got), err)
			}
		})
	}
	group.Wait()
	if most != 3 {
		t.Errorf("%d calls at once, want 3", most)
	}
}

func TestOpenAIAnswersOfOtherKinds(t *testing.T) {
	for message, want := range map[string]string{
		`{"content": null, "refusal": "I will not."}`:                "I will not.",
		`{"content": null}`:                                          "",
		`{"content": "fix", "reasoning_content": "hm"}`:              "<think>\nhm\n</think>\nfix",
		`{"content": "\ud800 lone", "tool_calls": [{"id": "none"}]}`: "\ufffd lone",
	} {
		server := chatServer(t, func(w http.ResponseWriter, _ *http.Request, _ chatRequest, _ int) {
			fmt.Fprintf(w, `{"choices": [{"message": %s}]}`, message)
		})
		got, err := drawn(t, openAI(t, server.URL, nil), request(0))
		if err != nil || got[0] != want {
			t.Errorf("%s: %q, %v; want %q", message, got[0], err, want)
		}
	}
}

func TestOpenAIRefusesSettings(t *testing.T) {
	none := func(string) string { return "" }
	for _, s := range []sample.OpenAISettings{
		{BaseURL: ""}, {BaseURL: "127.0.0.1:8000"}, {BaseURL: "ftp://host/v1"}, {BaseURL: "http://user:key@host/v1"},
		{BaseURL: "http://host/v1", KeyVariable: "KEY", Getenv: none},
	} {
		if _, err := sample.NewOpenAI(s); err == nil {
			t.Errorf("%+v is accepted", s.BaseURL)
		}
	}
}
