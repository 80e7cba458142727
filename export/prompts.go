package export

import (
	"context"

	"nextworkbench/schema"
)

// prompts are the prompts that rows share: each is read once while its rows go by,
// which lie together unless they are shuffled.
type prompts struct {
	db    *schema.DB
	known map[int64]promptText
}

type promptText struct{ sha, system, user, shown string }

// show puts a prompt into a row.
func (p *prompts) show(ctx context.Context, id int64, c *content) error {
	text, err := remembered(p.known, id, func(text *promptText) error {
		err := p.db.QueryRow(ctx, `SELECT sha256, system, user FROM prompt WHERE id = ?`, id).Scan(&text.sha, &text.system, &text.user)
		text.shown = content{system: text.system, user: text.user}.prompt()
		return err
	})
	c.promptSHA, c.system, c.user, c.shown = text.sha, text.system, text.user, text.shown
	return err
}
