package sample

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// refusal is an answer with a status other than 200.
type refusal struct {
	status int
	body   string
}

func (r *refusal) Error() string {
	return fmt.Sprintf("status %d %s: %s", r.status, http.StatusText(r.status), r.body)
}

// ofBody reports whether the server did not like what it was sent.
func (r *refusal) ofBody() bool {
	return r.status == http.StatusBadRequest || r.status == http.StatusUnprocessableEntity
}

// passing reports whether the same call may succeed later.
func (r *refusal) passing() bool {
	return r.status == http.StatusTooManyRequests || r.status == http.StatusRequestTimeout || r.status >= 500
}

// call asks for one span, again and again while that makes sense.
func (o *OpenAI) call(ctx context.Context, r Request, s span) ([]Completion, error) {
	model := o.settings.Model
	if model == "" {
		model = r.Model.Name
	}
	body, err := chatBody(r, model, s.first, s.n)
	if err != nil {
		return nil, err
	}
	pauses := backoff.NewExponentialBackOff()
	pauses.InitialInterval = o.settings.FirstPause
	return backoff.Retry(ctx, func() ([]Completion, error) {
		data, err := o.post(ctx, body)
		if err != nil {
			return nil, err
		}
		return completions(data, s.first, s.n)
	}, backoff.WithBackOff(pauses), backoff.WithMaxTries(uint(o.settings.Attempts)), backoff.WithMaxElapsedTime(o.settings.Patience))
}

// post makes one HTTP call and returns the body of a 200.
func (o *OpenAI) post(ctx context.Context, body []byte) ([]byte, error) {
	select {
	case o.calls <- struct{}{}:
		defer func() { <-o.calls }()
	case <-ctx.Done():
		return nil, backoff.Permanent(context.Cause(ctx))
	}
	ctx, cancel := context.WithTimeout(ctx, o.settings.Timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, o.endpoint, bytes.NewReader(body))
	if err != nil {
		return nil, backoff.Permanent(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if o.key != "" {
		request.Header.Set("Authorization", "Bearer "+o.key)
	}
	response, err := o.settings.Client.Do(request)
	if err != nil {
		return nil, unreached(err)
	}
	defer response.Body.Close()
	return o.read(response)
}

// unreached says what a call without an answer means.
func unreached(err error) error {
	var dial *net.OpError
	if errors.As(err, &dial) && dial.Op == "dial" {
		return fmt.Errorf("%w: %w", ErrUnusable, err) // after the last attempt
	}
	return err
}

// answerLimit bounds the memory that a server can make us take for one call.
const answerLimit = 256 << 20

func (o *OpenAI) read(response *http.Response) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(response.Body, answerLimit+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("answer broke off: %w", err)
	case len(data) > answerLimit:
		return nil, backoff.Permanent(fmt.Errorf("answer is longer than %d bytes", answerLimit))
	case response.StatusCode == http.StatusOK:
		return data, nil
	}
	refused := &refusal{status: response.StatusCode, body: excerpt([]byte(o.withoutKey(string(data))))}
	if !refused.passing() {
		return nil, backoff.Permanent(refused.final())
	}
	if pause, ok := retryAfter(response.Header.Get("Retry-After"), response.Header.Get("Date")); ok {
		return nil, fmt.Errorf("%w (%w)", refused, &backoff.RetryAfterError{Duration: pause})
	}
	return nil, refused
}

// final is the error of a refusal that stays one.
func (r *refusal) final() error {
	if r.status == http.StatusUnauthorized || r.status == http.StatusNotFound {
		return fmt.Errorf("%w: %w", ErrUnusable, r)
	}
	return r
}

// withoutKey keeps a server that quotes the key from spreading it.
func (o *OpenAI) withoutKey(text string) string {
	if o.key == "" {
		return text
	}
	return strings.ReplaceAll(text, o.key, "[key]")
}

// retryAfter reads the header: seconds, or a time by the server's clock.
func retryAfter(header, date string) (time.Duration, bool) {
	if seconds, err := strconv.Atoi(header); err == nil && seconds >= 0 {
		return time.Duration(seconds) * time.Second, true
	}
	until, err := http.ParseTime(header)
	now, err2 := http.ParseTime(date)
	if err != nil || err2 != nil {
		return 0, false
	}
	return max(0, until.Sub(now)), true
}
