package audit

import (
	"regexp"
	"strconv"
	"strings"
)

// aPart is a part of a variable: an item or an attribute.
var aPart = regexp.MustCompile(`^([A-Za-z_]\w*)(?:\.([A-Za-z_]\w*)|\[(-?\d{1,6}|'[^']*'|"[^"]*")\])$`)

// historiesOf is what a variable, or a part of one, held in each frame.
func (e *evidence) historiesOf(name string) map[int]history {
	if whole, known := e.time.histories[name]; known {
		return whole
	}
	m := aPart.FindStringSubmatch(name)
	if m == nil {
		return nil
	}
	parts := map[int]history{}
	for frame, whole := range e.time.histories[m[1]] {
		var h history
		for _, moment := range whole {
			text, ok := "", false
			if !moment.gone && m[2] != "" {
				text, ok = attributeOf(moment.value, m[2])
			} else if !moment.gone {
				text, ok = itemOf(e.shown(moment.value), m[3])
			}
			if n := len(h); ok && n > 0 && h[n-1].value == text {
				continue
			}
			moment.name, moment.value, moment.gone = name, text, !ok
			h = append(h, moment)
		}
		parts[frame] = h
	}
	e.time.histories[name] = parts
	return parts
}

// attributeOf is an attribute of an object as the trace shows it: <Stack#1 items=[1]>.
func attributeOf(shown, name string) (string, bool) {
	at := strings.Index(shown, " "+name+"=")
	if !strings.HasPrefix(shown, "<") || at < 0 {
		return "", false
	}
	rest := shown[at+len(name)+2:]
	_, n, ok := parseLiteral(rest)
	return rest[:n], ok
}

// itemOf is an item of a list, tuple, string or dict.
func itemOf(v value, key string) (string, bool) {
	if v.cut {
		return "", false
	}
	n, err := strconv.Atoi(key)
	switch {
	case v.kind == dict:
		wanted, _ := parseWhole(key)
		for i := 0; i+1 < len(v.items); i += 2 {
			if compare(wanted, v.items[i]) == same {
				return v.items[i+1].String(), true
			}
		}
	case err != nil:
	case v.kind == str:
		if all := []rune(v.text); index(n, len(all)) >= 0 {
			return value{kind: str, text: string(all[index(n, len(all))])}.String(), true
		}
	case ordered(v) && index(n, len(v.items)) >= 0:
		return v.items[index(n, len(v.items))].String(), true
	}
	return "", false
}

// index is where Python finds item n of so many, -1 for nowhere.
func index(n, size int) int {
	if n < 0 {
		n += size
	}
	if n < 0 || n >= size {
		return -1
	}
	return n
}
