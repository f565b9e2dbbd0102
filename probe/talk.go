package probe

import (
	"bytes"
	"context"
	"crypto/tls"
	"net"
	"time"
)

// How long is waited at a door.
const (
	greetingTime = 250 * time.Millisecond // for who speaks first
	answerTime   = time.Second            // for an answer to begin
	quietTime    = 100 * time.Millisecond // with nothing more: it has ended
	longest      = 3 * time.Second        // for all of it: somebody may drip
	maxAnswer    = 64 << 10
)

// converse asks and returns the answer. An error: nobody took the call.
func converse(ctx context.Context, dial Dial, ask string) ([]byte, error) {
	c, err := dial(ctx)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	defer hangUp(ctx, c)()
	c.SetWriteDeadline(time.Now().Add(answerTime))
	c.Write([]byte(ask)) // who hangs up may have said why
	return listen(c, answerTime), nil
}

// greet waits for a greeting and asks only if there is none.
func greet(ctx context.Context, dial Dial, ask string) (answer []byte, greeted bool, err error) {
	c, err := dial(ctx)
	if err != nil {
		return nil, false, err
	}
	defer c.Close()
	defer hangUp(ctx, c)()
	if answer = listen(c, greetingTime); len(answer) > 0 {
		return answer, true, nil
	}
	c.SetWriteDeadline(time.Now().Add(answerTime))
	c.Write([]byte(ask))
	return listen(c, answerTime), false, nil
}

// hangUp ends a conversation when nobody waits for it any more.
func hangUp(ctx context.Context, c net.Conn) (stop func() bool) {
	return context.AfterFunc(ctx, func() { c.SetDeadline(time.Now()) })
}

// listen reads until the other side is quiet, hangs up or has said enough.
func listen(c net.Conn, patience time.Duration) []byte {
	end := time.Now().Add(longest)
	var answer []byte
	part := make([]byte, 4<<10)
	for len(answer) < maxAnswer && time.Now().Before(end) {
		c.SetReadDeadline(time.Now().Add(patience))
		n, err := c.Read(part)
		answer = append(answer, part[:n]...)
		if err != nil {
			break
		}
		patience = quietTime
	}
	return answer
}

// isTLS says that somebody who was spoken to in plain text wants TLS: by an alert
// record, or by the words of the usual web servers.
func isTLS(answer []byte) bool {
	return len(answer) > 2 && answer[0] == 0x15 && answer[1] == 3 ||
		bytes.HasPrefix(answer, []byte("HTTP/1.")) && (bytes.Contains(answer, []byte("HTTPS server")) || bytes.Contains(answer, []byte("HTTPS port")) || bytes.Contains(answer, []byte("SSL-enabled")))
}

// overTLS speaks TLS. Whose certificate it is does not matter: nothing is said
// that is not said to everybody.
func overTLS(dial Dial) Dial {
	return func(ctx context.Context) (net.Conn, error) {
		c, err := dial(ctx)
		if err != nil {
			return nil, err
		}
		s := tls.Client(c, &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10})
		ctx, stop := context.WithTimeout(ctx, answerTime)
		defer stop()
		if err := s.HandshakeContext(ctx); err != nil {
			c.Close()
			return nil, err
		}
		return s, nil
	}
}
