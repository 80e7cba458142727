package secret

import "strings"

var (
	userBytes     = setOf(alnum + "_-.+%~")
	passwordBytes = setOf(alnum + "_-.+%~!*#^&=,;:")
)

// password finds the password in an address whose user starts at at:
// scheme://user:password@host.
func (s *scanner) password(at int) (Finding, bool) {
	text, user := s.text, s.run(at, &userBytes)
	if !strings.HasPrefix(text[user:], ":") {
		return Finding{}, false
	}
	end := s.run(user+1, &passwordBytes)
	if !strings.HasPrefix(text[end:], "@") || end-user < 4 || placeholder(text[user+1:end]) {
		return Finding{}, false
	}
	return found("password", text, user+1, end), true
}

// assigned finds an irregular value that is given to a secret's name by the equal
// sign or colon at at: api_key = "...", "token": "...", SECRET=... .
func (s *scanner) assigned(at int) (Finding, bool) {
	text := s.text
	value, quote := valueAt(text, at+1)
	end := s.run(value, &valueBytes)
	if end-value < leastValue || end-value > mostValue || quote != 0 && (end == len(text) || text[end] != quote) {
		return Finding{}, false
	}
	if f, ok := s.key(value); ok {
		return f, true
	}
	if !secretive(nameBefore(text, at)) || !irregular(text[value:end]) || placeholder(text[value:end]) {
		return Finding{}, false
	}
	if quote == 0 && !literal(text, value, end) {
		return Finding{}, false
	}
	return found("assigned-secret", text, value, end), true
}

// The lengths between which an irregular value is taken for a secret.
const (
	leastValue = 16
	mostValue  = 1024
)

var valueBytes = setOf(alnum + "_-+/=.~!@#$%^&*")

// valueAt is where the value behind an assignment starts, and its quote, 0 for none.
func valueAt(text string, at int) (start int, quote byte) {
	for n := 0; n < 4 && at < len(text) && (text[at] == ' ' || text[at] == '>'); n++ {
		at++
	}
	if at < len(text) && text[at] == '\\' { // a quote within a string
		at++
	}
	if at+1 < len(text) && (text[at] == 'b' || text[at] == 'r') && (text[at+1] == '"' || text[at+1] == '\'') {
		at++
	}
	if at < len(text) && (text[at] == '"' || text[at] == '\'' || text[at] == '`') {
		quote = text[at]
		at++
		if text[at-2] == '\\' {
			quote = '\\' // it ends with the same escape
		}
	}
	return at, quote
}

// literal reports whether an unquoted value stands alone, as in a file of settings;
// in code it would be an expression, which has names, dots and brackets.
func literal(text string, start, end int) bool {
	return !strings.ContainsAny(text[start:end], "._%*$@&!#~^") && (end == len(text) || strings.IndexByte(" \t\r\n\"'`,;", text[end]) >= 0)
}

// longestName bounds how far before an assignment its name is looked for.
const longestName = 48

// nameBefore is the name that ends before an assignment, in lower case; a type
// between the two is passed over.
func nameBefore(text string, at int) string {
	end := at
	for end > 0 && at-end < 4 && strings.IndexByte(" :\"'`\\]", text[end-1]) >= 0 {
		end--
	}
	start := end
	for start > 0 && end-start < longestName && (dashed[text[start-1]] || text[start-1] == '.') {
		start--
	}
	if name := text[start:end]; (name == "str" || name == "bytes") && start > 1 && text[start-2] == ':' {
		return nameBefore(text, start-2)
	}
	return strings.ToLower(text[start:end])
}

// secretive reports whether a name is that of a secret.
func secretive(name string) bool {
	for _, part := range []string{"secret", "token", "passw", "pwd", "api_key", "apikey", "api-key", "access_key", "access-key", "accesskey",
		"auth_key", "private_key", "credential", "client_key", "encryption_key"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}
