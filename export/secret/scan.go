package secret

import (
	"fmt"
	"strings"
)

// Finding is one credential in a text.
type Finding struct {
	Kind   string
	At     int    // the byte that it starts with
	Bytes  int    // how many it has
	Prefix string // its first bytes: four, and never more than a quarter of it
}

func (f Finding) String() string {
	return fmt.Sprintf("%s %s… (%d bytes)", f.Kind, f.Prefix, f.Bytes)
}

func found(kind, text string, start, end int) Finding {
	shown := min(4, (end-start)/4)
	return Finding{kind, start, end - start, strings.ToValidUTF8(text[start:start+shown], "")}
}

// interest is what a byte of a text may be a part of.
type interest uint8

const (
	nothing interest = iota
	aForm            // the first byte of a form
	aColon           // of an address, or between a name and a value
	anEqual          // between a name and a value
	aDash            // the first of a private key
)

var interests = func() (all [256]interest) {
	for _, f := range forms {
		all[f.prefix[0]] = aForm
	}
	all[':'], all['='], all['-'] = aColon, anEqual, aDash
	return all
}()

// Scan returns the credentials of a text in the order of their places. It goes
// over the text once, and over each run of the bytes of a key once more: it is
// linear.
func Scan(text string) []Finding {
	s := scanner{text: text}
	var all []Finding
	for at := 0; at < len(text); at++ {
		kind := interests[text[at]]
		if kind == nothing || kind == aForm && !goesOn(text, at) {
			continue
		}
		if f, ok := s.look(at, kind); ok {
			all = append(all, f)
			at = f.At + f.Bytes - 1
		}
	}
	return all
}

// scanner remembers the run of each set of bytes that it saw last, so that many
// places in one run do not make it go over it as many times.
type scanner struct {
	text string
	runs map[*set]span
}

type span struct{ start, end int }

// run is the end of the bytes of a set from at on.
func (s *scanner) run(at int, of *set) int {
	if r, ok := s.runs[of]; ok && r.start <= at && at < r.end {
		return r.end
	}
	end := at
	for end < len(s.text) && of[s.text[end]] {
		end++
	}
	if end-at > remembered {
		if s.runs == nil {
			s.runs = map[*set]span{}
		}
		s.runs[of] = span{at, end}
	}
	return end
}

// remembered is the length from which a run is worth it.
const remembered = 64

// goesOn reports whether a form has the next two bytes and no word is before them.
func goesOn(text string, at int) bool {
	return at+1 < len(text) && seconds[text[at]][text[at+1]] && boundary(text, at)
}

func (s *scanner) look(at int, kind interest) (Finding, bool) {
	switch kind {
	case aForm:
		return s.key(at)
	case aDash:
		return s.privateKey(at)
	case aColon:
		if strings.HasPrefix(s.text[at:], "://") {
			return s.password(at + 3)
		}
	}
	return s.assigned(at)
}

// key finds a key of a known form.
func (s *scanner) key(at int) (Finding, bool) {
	text := s.text
	if at == len(text) || interests[text[at]] != aForm || !goesOn(text, at) {
		return Finding{}, false
	}
	for _, f := range starts[text[at]] {
		if !strings.HasPrefix(text[at:], f.prefix) {
			continue
		}
		body := at + len(f.prefix)
		end := s.run(body, f.body)
		if end-body < f.least || f.most > 0 && end-body > f.most || f.mixed && !irregular(text[body:end]) || placeholder(text[body:end]) {
			continue
		}
		if f.kind == "jwt" {
			return s.jwt(at, end)
		}
		return found(f.kind, text, at, end), true
	}
	return Finding{}, false
}

// boundary reports whether no word goes on at this place. The letter of an escape,
// such as the n of \n, is no word: values in traces are written so.
func boundary(text string, at int) bool {
	return at == 0 || !wordBytes[text[at-1]] || at > 1 && text[at-2] == '\\' && strings.IndexByte("abfnrtv0", text[at-1]) >= 0
}

// jwt finds the rest of a signed token, whose header ends at end: a payload and a
// signature.
func (s *scanner) jwt(start, end int) (Finding, bool) {
	text := s.text
	if !strings.HasPrefix(text[end:], ".eyJ") {
		return Finding{}, false
	}
	payload := s.run(end+1, &dashed)
	if !strings.HasPrefix(text[payload:], ".") {
		return Finding{}, false
	}
	signature := s.run(payload+1, &dashed)
	return found("jwt", text, start, signature), signature-payload > 16
}

// privateKey finds the first line of a private key in its usual armour.
func (s *scanner) privateKey(at int) (Finding, bool) {
	const begin, end = "-----BEGIN ", "PRIVATE KEY"
	if !strings.HasPrefix(s.text[at:], begin) {
		return Finding{}, false
	}
	line := s.text[at+len(begin):]
	line = line[:min(len(line), 40)]
	n := strings.Index(line, end)
	if n < 0 || strings.Trim(line[:n], upper+digits+" ") != "" {
		return Finding{}, false
	}
	return found("private-key", s.text, at, at+len(begin)+n+len(end)), true
}
