package secret

// set is a set of bytes.
type set [256]bool

func setOf(bytes string) (s set) {
	for _, c := range []byte(bytes) {
		s[c] = true
	}
	return s
}

const (
	digits = "0123456789"
	upper  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	lower  = "abcdefghijklmnopqrstuvwxyz"
	alnum  = digits + upper + lower
)

// The alphabets of keys.
var (
	upperDigits = setOf(digits + upper)
	letters     = setOf(alnum)
	wordBytes   = setOf(alnum + "_")
	dashed      = setOf(alnum + "_-")
)

// form is a kind of key that its beginning gives away.
type form struct {
	kind   string
	prefix string
	body   *set // what follows the prefix
	least  int  // bytes of the body at least
	most   int  // and at most; 0 is any number
	mixed  bool // the body has digits and is irregular; else words would do
}

// forms are all of them; where one prefix starts another, the longer comes first.
var forms = []form{
	{kind: "aws-key", prefix: "AKIA", body: &upperDigits, least: 16, most: 16},
	{kind: "aws-key", prefix: "ASIA", body: &upperDigits, least: 16, most: 16},
	{kind: "github-token", prefix: "ghp_", body: &letters, least: 36},
	{kind: "github-token", prefix: "gho_", body: &letters, least: 36},
	{kind: "github-token", prefix: "ghu_", body: &letters, least: 36},
	{kind: "github-token", prefix: "ghs_", body: &letters, least: 36},
	{kind: "github-token", prefix: "ghr_", body: &letters, least: 36},
	{kind: "github-token", prefix: "github_pat_", body: &wordBytes, least: 36},
	{kind: "gitlab-token", prefix: "glpat-", body: &dashed, least: 20},
	{kind: "gitlab-token", prefix: "gldt-", body: &dashed, least: 20},
	{kind: "gitlab-token", prefix: "glrt-", body: &dashed, least: 20},
	{kind: "gitlab-token", prefix: "glptt-", body: &dashed, least: 20},
	{kind: "slack-token", prefix: "xoxa-", body: &dashed, least: 20, mixed: true},
	{kind: "slack-token", prefix: "xoxb-", body: &dashed, least: 20, mixed: true},
	{kind: "slack-token", prefix: "xoxe-", body: &dashed, least: 20, mixed: true},
	{kind: "slack-token", prefix: "xoxp-", body: &dashed, least: 20, mixed: true},
	{kind: "slack-token", prefix: "xoxr-", body: &dashed, least: 20, mixed: true},
	{kind: "slack-token", prefix: "xoxs-", body: &dashed, least: 20, mixed: true},
	{kind: "slack-token", prefix: "xapp-", body: &dashed, least: 20, mixed: true},
	{kind: "stripe-key", prefix: "sk_live_", body: &letters, least: 16},
	{kind: "stripe-key", prefix: "sk_test_", body: &letters, least: 16},
	{kind: "stripe-key", prefix: "rk_live_", body: &letters, least: 16},
	{kind: "stripe-key", prefix: "rk_test_", body: &letters, least: 16},
	{kind: "stripe-key", prefix: "whsec_", body: &letters, least: 24},
	{kind: "anthropic-key", prefix: "sk-ant-", body: &dashed, least: 24, mixed: true},
	{kind: "openai-key", prefix: "sk-", body: &dashed, least: 32, mixed: true},
	{kind: "google-key", prefix: "AIza", body: &dashed, least: 35},
	{kind: "google-key", prefix: "GOCSPX-", body: &dashed, least: 24},
	{kind: "npm-token", prefix: "npm_", body: &letters, least: 36},
	{kind: "huggingface-token", prefix: "hf_", body: &letters, least: 30},
	{kind: "jwt", prefix: "eyJ", body: &dashed, least: 8}, // the rest of it is in jwt
}

// starts are the forms by their first byte, and seconds the bytes that then follow.
var starts, seconds = func() (byFirst [256][]form, next [256]*set) {
	for _, f := range forms {
		first := f.prefix[0]
		byFirst[first] = append(byFirst[first], f)
		if next[first] == nil {
			next[first] = new(set)
		}
		next[first][f.prefix[1]] = true
	}
	return byFirst, next
}()
