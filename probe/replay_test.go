package probe

import (
	"bytes"
	"context"
	"crypto/tls"
	"net"
	"strconv"
	"testing"
	"time"

	"github.com/portlore/portlore"
)

// ask asks the daemon of a recording what it is.
func (r *recording) ask(t *testing.T, cert tls.Certificate, port uint16) string {
	dial := func(ctx context.Context) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go r.serve(theirs, cert)
		return ours, nil
	}
	d := portlore.Door{Proto: r.proto, Port: port, State: "open"}
	Ask(t.Context(), dial, &d, Options{OT: true, slow: 3})
	if d.Service.Proof != "answer" {
		d.Service.Name = ""
	}
	return wanted(map[string]string{"service": d.Service.Name, "product": d.Service.Product, "version": d.Service.Version, "tls": strconv.FormatBool(d.Service.TLS)})
}

// serve plays the daemon on one connection.
func (r *recording) serve(c net.Conn, cert tls.Certificate) {
	defer c.Close()
	answers := r.plain
	if greeting := answers["wait"]; r.proto == "tcp" && len(greeting) > 0 {
		go c.Write(greeting)
	}
	question := make([]byte, 4096)
	n, err := c.Read(question)
	if err != nil {
		return
	}
	if len(r.inside) > 0 && question[0] == 0x16 && question[1] == 3 {
		s := tls.Server(&rejoined{Conn: c, head: question[:n]}, &tls.Config{Certificates: []tls.Certificate{cert}, SessionTicketsDisabled: true}) // a pipe holds nothing: a ticket would wait for its reader
		if s.Handshake() != nil {
			return
		}
		answers = r.inside
		if greeting := answers["wait"]; len(greeting) > 0 {
			s.Write(greeting)
		}
		if n, err = s.Read(question); err != nil {
			return
		}
		r.answer(s, answers, question[:n])
		return
	}
	r.answer(c, answers, question[:n])
}

func (r *recording) answer(c net.Conn, answers map[string][]byte, asked []byte) {
	for name, q := range questions(r.proto) {
		if q.ask == "" || q.ask != string(asked) {
			continue
		}
		said := answers[name]
		if q.probe != nil && q.probe.Greets {
			said = bytes.TrimPrefix(said, answers["wait"])
		}
		if len(said) > 0 {
			c.SetWriteDeadline(time.Now().Add(time.Second))
			c.Write(said)
			return
		}
	}
	if said := answers["TLS"]; asked[0] == 0x16 && len(said) > 0 {
		c.Write(said)
	}
}

// rejoined is a connection of which the head has been read.
type rejoined struct {
	net.Conn
	head []byte
}

func (r *rejoined) Read(b []byte) (int, error) {
	if len(r.head) > 0 {
		n := copy(b, r.head)
		r.head = r.head[n:]
		return n, nil
	}
	return r.Conn.Read(b)
}
