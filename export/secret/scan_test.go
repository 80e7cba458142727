package secret

import (
	"strings"
	"testing"
)

// Keys are put together here, so that no scanner of this repository takes them for real ones.
func keys() map[string]string {
	mixed := "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA1bC2dE3f"
	return map[string]string{
		"AKIA" + "QWERTYUIOPASDF12":                            "aws-key",
		"ghp_" + mixed[:36]:                                    "github-token",
		"github_pat_" + "11ABCDEFG0_" + mixed:                  "github-token",
		"glpat-" + mixed[:20]:                                  "gitlab-token",
		"xoxb-" + "123456789012-" + mixed[:24]:                 "slack-token",
		"sk_live_" + mixed[:24]:                                "stripe-key",
		"sk-ant-api03-" + mixed:                                "anthropic-key",
		"sk-proj-" + mixed:                                     "openai-key",
		"AIza" + mixed[:35]:                                    "google-key",
		"npm_" + mixed[:36]:                                    "npm-token",
		"hf_" + mixed[:34]:                                     "huggingface-token",
		"eyJ" + mixed[:17] + ".eyJ" + mixed[:30] + "." + mixed: "jwt",
		"-----BEGIN " + "RSA PRIVATE KEY":                      "private-key",
	}
}

func TestKeys(t *testing.T) {
	for key, kind := range keys() {
		for _, around := range []string{"KEY", "x = 'KEY'\n", "# KEY, see", `{"a": "KEY"}`, `msg='first\nKEY'`, "https://h/?k=KEY&x"} {
			text := strings.ReplaceAll(around, "KEY", key)
			all := Scan(text)
			if len(all) != 1 || all[0].Kind != kind {
				t.Errorf("%q: %v, not %s", text, all, kind)
				continue
			}
			f := all[0]
			if found := text[f.At : f.At+f.Bytes]; !strings.HasPrefix(found, key) || f.Prefix != key[:4] {
				t.Errorf("%q: found %q, shown as %s", text, found, f)
			}
			if strings.Contains(f.String(), key[6:12]) {
				t.Errorf("%s gives the key away", f)
			}
		}
		for _, text := range []string{"X" + key, key[:len(key)/2]} {
			if all := Scan(text); len(all) > 0 && kind != "private-key" {
				t.Errorf("%q: %v", text, all)
			}
		}
	}
}

func TestPasswordsAndAssignments(t *testing.T) {
	random := "q7Rz" + "9pLw2XvK4mTb"
	for text, kind := range map[string]string{
		"postgres://bob:hunter2x@db/x":                             "password",
		"redis://:" + random + "@h:1":                              "password",
		"https://user:{password}@h":                                "",
		"https://user:password@h":                                  "",
		"https://host:8080/a@b":                                    "",
		"api_key = '" + random + "'":                               "assigned-secret",
		"config[\"api_key\"] = \"" + random + "\"":                 "assigned-secret",
		"api_key: str = '" + random + "'":                          "assigned-secret",
		`{"client_secret": "` + random + `"}`:                      "assigned-secret",
		`{\"client_secret\": \"` + random + `\"}`:                  "assigned-secret",
		"call(auth_token=b'" + random + "')":                       "assigned-secret",
		"API_TOKEN=" + random + "\n":                               "assigned-secret",
		"export AWS_SECRET_ACCESS_KEY=" + random + "/" + random:    "assigned-secret",
		"token = tokens[index_of_token_17]":                        "",
		"token = previous_token_index_12":                          "",
		"secret_word = 'correct horse battery'":                    "",
		"password = 'xxxxxxxxxxxxxxxxxxxx'":                        "",
		"password = '" + strings.Repeat("a1", 20) + "'":            "",
		"key = '" + random + "'":                                   "",
		"if token == '" + random + "':":                            "",
		"password_length = 1234567890123456789":                    "",
		"def f(token: str) -> str:\n    return 'abcdef1234567890'": "",
	} {
		all := Scan(text)
		if kind == "" && len(all) > 0 || kind != "" && (len(all) != 1 || all[0].Kind != kind) {
			t.Errorf("%q: %v, not %q", text, all, kind)
		}
		for _, f := range all {
			if len(f.Prefix) > 4 || len(f.Prefix) > f.Bytes/4 {
				t.Errorf("%s shows too much", f)
			}
		}
	}
}

func TestSeveral(t *testing.T) {
	var text strings.Builder
	for key := range keys() {
		text.WriteString("a line of prose\n" + key + "\n")
	}
	if all := Scan(text.String()); len(all) != len(keys()) {
		t.Errorf("%d of %d: %v", len(all), len(keys()), all)
	}
}

func FuzzScan(f *testing.F) {
	for key := range keys() {
		f.Add("x: " + key)
	}
	f.Add("token='")
	f.Add("=\\")
	f.Add("://a:b@")
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, found := range Scan(text) {
			if found.At < end || found.Bytes <= 0 || found.At+found.Bytes > len(text) {
				t.Fatalf("%q: %+v after %d", text, found, end)
			}
			end = found.At + found.Bytes
		}
	})
}

// Nothing that a text can hold makes scanning it take more than its length: the
// square of this one would not end before the tests' deadline.
func TestHostileTexts(t *testing.T) {
	for _, part := range []string{"sk-", "eyJ", "eyJaaaaaaaaa.", "a=", "://a:", "-----BEGIN ", "token=", "token='", "xoxb-1-", "api_key\\", "x-y="} {
		Scan(strings.Repeat(part, 1<<22/len(part)))
	}
}

func BenchmarkScan(b *testing.B) {
	text := strings.Repeat("def total(prices, rate=0.2):\n    result = {}\n    for name, price in prices.items():  # (3) name='tea'; price=2.5;\n"+
		"        result[name] = price * (1 + rate)\n    return result\n\nThe loop stops early: at step 5 `result` is {'tea': 3.0}.\n", 1000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if len(Scan(text)) > 0 {
			b.Fatal("found something")
		}
	}
}
