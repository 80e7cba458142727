package schema

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestLibcIsTheOneSQLiteWants holds modernc.org/libc to the version that the SQLite
// driver was made with: with another it may corrupt data, and other modules raise
// it silently.
func TestLibcIsTheOneSQLiteWants(t *testing.T) {
	list := func(format, module string) string {
		out, err := exec.Command("go", "list", "-m", "-f", format, module).Output()
		if err != nil {
			t.Skip("needs the go command:", err)
		}
		return strings.TrimSpace(string(out))
	}
	wanted, err := os.ReadFile(list("{{.GoMod}}", "modernc.org/sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	if have := "modernc.org/libc " + list("{{.Version}}", "modernc.org/libc"); !strings.Contains(string(wanted), have+"\n") {
		t.Errorf("go.mod has %s, which is not what the driver's go.mod asks for", have)
	}
}
