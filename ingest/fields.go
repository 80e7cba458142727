package ingest

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// fields are the keys of one JSON line. Reading a key removes it, so that what is
// left over is metadata.
type fields map[string]json.RawMessage

func readFields(line []byte) (fields, error) {
	if !utf8.Valid(line) {
		return nil, refuse("not UTF-8 text")
	}
	var f fields
	decoder := json.NewDecoder(bytes.NewReader(line))
	if err := decoder.Decode(&f); err != nil {
		return nil, refuse("not a JSON object: %v", err)
	}
	if f == nil || decoder.More() {
		return nil, refuse("want one JSON object on the line")
	}
	return f, nil
}

// optionalText reads a text key; nil when it is missing or null.
func (f fields) optionalText(key string) (*string, error) {
	raw, ok := f[key]
	delete(f, key)
	if !ok || string(raw) == "null" {
		return nil, nil
	}
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return nil, refuse("%s: want a text or null", key)
	}
	return &text, checkText(key, text, raw)
}

// text reads a text key; missing and null are the empty text.
func (f fields) text(key string) (string, error) {
	text, err := f.optionalText(key)
	if text == nil {
		return "", err
	}
	return *text, err
}

// requiredText reads a text key that must be there and not be empty.
func (f fields) requiredText(key string) (string, error) {
	text, err := f.text(key)
	if err == nil && text == "" {
		err = refuse("%s is missing or empty", key)
	}
	return text, err
}

// texts reads an array of texts that are not empty.
func (f fields) texts(key string) ([]string, error) {
	raw := f[key]
	delete(f, key)
	var all []string
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, refuse("%s: want an array of texts", key)
	}
	if len(all) == 0 {
		return nil, refuse("%s is empty: a task needs at least one test", key)
	}
	for _, text := range all {
		if strings.TrimSpace(text) == "" {
			return nil, refuse("%s has an empty test", key)
		}
		if err := checkText(key, text, raw); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// integer reads a whole number that is not negative; nil when missing or null.
func (f fields) integer(key string) (*int, error) {
	raw, ok := f[key]
	delete(f, key)
	if !ok || string(raw) == "null" {
		return nil, nil
	}
	var n int
	if err := json.Unmarshal(raw, &n); err != nil || n < 0 {
		return nil, refuse("%s: want a whole number that is not negative", key)
	}
	return &n, nil
}

// metadata is the JSON object of the keys that nobody read.
func (f fields) metadata() (string, error) {
	for key, raw := range f {
		var compact bytes.Buffer
		if err := json.Compact(&compact, raw); err != nil {
			return "", refuse("%s: %v", key, err)
		}
		f[key] = compact.Bytes()
	}
	text, err := json.Marshal(f)
	return string(text), err
}

// checkText refuses what JSON lets through but a database or Python would mangle.
func checkText(key, text string, raw []byte) error {
	if strings.ContainsRune(text, 0) {
		return refuse("%s holds a NUL character", key)
	}
	if strings.ContainsRune(text, utf8.RuneError) && !bytes.ContainsRune(raw, utf8.RuneError) && !bytes.Contains(bytes.ToLower(raw), []byte(`\ufffd`)) {
		return refuse("%s holds an unpaired surrogate escape", key)
	}
	return nil
}
