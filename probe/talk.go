package probe

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"slices"
	"time"
)

// How long is waited at a door.
const (
	greetingTime = 300 * time.Millisecond  // for who speaks first
	waitTime     = 1500 * time.Millisecond // the same, while others are asked
	helloTime    = 500 * time.Millisecond  // for a TLS hello to be answered
	answerTime   = time.Second             // for an answer to begin
	datagramTime = 1500 * time.Millisecond // the same; some put it off for a second on purpose
	quietTime    = 100 * time.Millisecond  // with nothing more: it has ended
	longest      = 3 * time.Second         // for all of it: somebody may drip
	maxAnswer    = 64 << 10
)

// converse asks one question on a connection of its own, and reads who answers.
func (a *asker) converse(ctx context.Context, q question) (h answer) {
	h = answer{question: q}
	c, err := a.dial(ctx)
	if err != nil {
		return h
	}
	defer c.Close()
	defer hangUp(ctx, c)()
	switch {
	case q.tls:
		h.said, h.speaks = helloTLS(ctx, c, a.patient(longest))
	case q.waits:
		begin := time.Now()
		patience := waitTime
		if q.likely {
			patience = longest
		}
		h.said = listen(c, patience, maxAnswer)
		h.greeting = h.said
		h.hungUp = len(h.said) == 0 && time.Since(begin) < quietTime && ctx.Err() == nil
		if len(h.said) > 0 || q.likely || h.hungUp || ctx.Err() != nil {
			break
		}
		h.ask = http.Ask // who serves one caller at a time hears nobody else
		c.SetWriteDeadline(time.Now().Add(answerTime))
		c.Write([]byte(h.ask))
		h.said = listen(c, a.patient(answerTime), maxAnswer)
	default:
		most, patience := maxAnswer, a.patient(answerTime)
		if q.likely {
			patience = a.patient(longest)
		}
		if a.door.Proto == "udp" {
			most, patience = 1, max(patience, datagramTime) // one datagram is an answer
		}
		if q.probe != nil && q.probe.Greets {
			h.greeting = listen(c, a.patient(answerTime), maxAnswer)
		}
		if ctx.Err() != nil {
			return h
		}
		c.SetWriteDeadline(time.Now().Add(answerTime))
		c.Write([]byte(q.ask)) // who hangs up may have said why
		h.said = append(slices.Clip(h.greeting), listen(c, patience, most)...)
	}
	h.speaks = h.speaks || wantsTLS(h.said)
	if h.speaks || len(h.said) == 0 {
		return h
	}
	if isEcho(&h) {
		h.by = &echo
		return h
	}
	h.by = reader(a.probes, q.probe, h.said)
	return h
}

// hangUp ends a conversation when nobody waits for it any more.
func hangUp(ctx context.Context, c net.Conn) (stop func() bool) {
	return context.AfterFunc(ctx, func() { c.SetDeadline(time.Now()) })
}

// listen reads until the other side is quiet, hangs up or has said enough.
func listen(c net.Conn, patience time.Duration, most int) []byte {
	end := time.Now().Add(longest)
	var said []byte
	part := make([]byte, maxAnswer)
	for len(said) < most && time.Now().Before(end) {
		c.SetReadDeadline(time.Now().Add(min(patience, time.Until(end))))
		n, err := c.Read(part)
		said = append(said, part[:n]...)
		if err != nil {
			break
		}
		patience = quietTime
	}
	return said[:min(len(said), maxAnswer)]
}

// wantsTLS says that somebody who was spoken to in plain text wants TLS: by an
// alert record, or by the words of the usual web servers.
func wantsTLS(said []byte) bool {
	return len(said) == 7 && said[0] == 0x15 && said[1] == 3 && said[3] == 0 && said[4] == 2 ||
		bytes.HasPrefix(said, []byte("HTTP/1.")) && (bytes.Contains(said, []byte("HTTPS server")) || bytes.Contains(said, []byte("HTTPS port")) || bytes.Contains(said, []byte("SSL-enabled")))
}

// helloTLS says hello by TLS. Who does not speak it is heard as it answered.
func helloTLS(ctx context.Context, c net.Conn, patience time.Duration) (said []byte, speaks bool) {
	r := &recorder{Conn: c}
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	err := tls.Client(r, anyTLS()).HandshakeContext(ctx)
	var alert tls.AlertError
	if err == nil || errors.As(err, &alert) || isRecord(r.heard) {
		return nil, true
	}
	return r.heard, false
}

// isRecord says that an answer to a hello begins as TLS does: with a ServerHello.
func isRecord(said []byte) bool {
	return len(said) > 5 && said[0] == 0x16 && said[1] == 3 && said[2] <= 4 && said[5] == 2
}

// A recorder keeps what is read through it.
type recorder struct {
	net.Conn
	heard []byte
}

func (r *recorder) Read(b []byte) (int, error) {
	n, err := r.Conn.Read(b)
	r.heard = append(r.heard, b[:min(n, maxAnswer-len(r.heard))]...)
	return n, err
}

// overTLS speaks TLS. Whose certificate it is does not matter: nothing is said
// that is not said to everybody.
func overTLS(dial Dial) Dial { return overTLSWithin(dial, longest) }

func overTLSWithin(dial Dial, patience time.Duration) Dial {
	return func(ctx context.Context) (net.Conn, error) {
		c, err := dial(ctx)
		if err != nil {
			return nil, err
		}
		s := tls.Client(c, anyTLS())
		ctx, stop := context.WithTimeout(ctx, patience)
		defer stop()
		if err := s.HandshakeContext(ctx); err != nil {
			c.Close()
			return nil, err
		}
		return s, nil
	}
}

// anyTLS takes what the other side has, old as it may be.
func anyTLS() *tls.Config {
	c := &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10}
	for _, s := range slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites()) {
		c.CipherSuites = append(c.CipherSuites, s.ID)
	}
	return c
}
