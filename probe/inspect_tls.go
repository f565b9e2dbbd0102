package probe

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"time"

	"github.com/portlore/portlore"
)

// tlsHealth looks at the certificate, and tries the versions that nobody should
// speak any more (RFC 8996).
var tlsHealth = Inspection{
	Transport: "tcp", Calls: 2,
	Sends: "a TLS hello as of today; one of TLS 1.0 and 1.1 only",
	Never: "SSL 3.0; a certificate of our own; anything inside",
	Finds: []Outcome{
		{"tls.expired", portlore.Check, "the certificate has expired, or is not valid yet, by the clock of this machine"},
		{"tls.obsolete", portlore.Check, "a handshake of TLS 1.0 or 1.1 is completed"},
	},
	Ask: func(ctx context.Context, v *Visit) []Check {
		var found []Check
		if state, ok := v.handshake(ctx, &tls.Config{MinVersion: tls.VersionTLS10}); ok && len(state.PeerCertificates) > 0 {
			found = append(found, certificateDates(state.PeerCertificates[0], time.Now())...)
		}
		if state, ok := v.handshake(ctx, &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11, CipherSuites: allSuites()}); ok && state.Version <= tls.VersionTLS11 {
			found = append(found, tlsObsolete(tls.VersionName(state.Version)))
		}
		return found
	},
}

// handshake makes one, and tells what was agreed on.
func (v *Visit) handshake(ctx context.Context, config *tls.Config) (state tls.ConnectionState, ok bool) {
	c := v.plainly(ctx)
	defer c.hang()
	if c.err != nil {
		return state, false
	}
	if _, inside := c.Conn.(*tls.Conn); inside {
		return state, false // there is no way around it
	}
	config.InsecureSkipVerify = true // whose it is does not matter here
	if isHostName(v.Name) {
		config.ServerName = v.Name
	}
	s := tls.Client(c.Conn, config)
	ctx, stop := context.WithTimeout(ctx, longestCall)
	defer stop()
	if err := s.HandshakeContext(ctx); err != nil {
		return state, false
	}
	return s.ConnectionState(), true
}

// overTLS goes on inside TLS.
func (c *call) overTLS(ctx context.Context) {
	if c.err != nil {
		return
	}
	s := tls.Client(c.Conn, &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10})
	if c.err = s.HandshakeContext(ctx); c.err == nil {
		c.Conn = s
		c.unlimited(mostHeard)
	}
}

// allSuites are all that can be spoken, the weak too: old servers know no other.
func allSuites() (ids []uint16) {
	for _, s := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		ids = append(ids, s.ID)
	}
	return ids
}

// certificateDates are those of a certificate that does not hold today.
func certificateDates(cert *x509.Certificate, now time.Time) []Check {
	c := Check{
		ID: "tls.expired", Word: portlore.Check,
		Means: both("Programs that look refuse to connect; people learn to click the warning away, and would not notice a forged one.",
			"认真核对的程序会拒绝连接；人则学会了点掉警告，遇到伪造的证书也不会察觉。"),
		Do: both("Renew it, and let that be done by itself (ACME) and watched.", "续期，并改为自动续期（ACME），同时加以监控。"),
	}
	const day = "2006-01-02"
	switch {
	case now.After(cert.NotAfter):
		c.Evidence = both("certificate expired on %s", "证书已于 %s 过期", cert.NotAfter.UTC().Format(day))
	case now.Before(cert.NotBefore):
		c.Evidence = both("certificate not valid before %s", "证书要到 %s 才生效", cert.NotBefore.UTC().Format(day))
		c.Do = both("Look at the clocks of this machine and of that server first.", "先核对本机和该服务器的时钟。")
	default:
		return nil
	}
	return []Check{c}
}

func tlsObsolete(version string) Check {
	return Check{
		ID: "tls.obsolete", Word: portlore.Check,
		Evidence: both("accepts %s", "仍接受 %s", version),
		Means: both("TLS 1.0 and 1.1 were given up in 2021 (RFC 8996): their protection is weak. It also tells that nobody has looked after this server for long.",
			"TLS 1.0 和 1.1 已在 2021 年废止（RFC 8996），保护力弱；也说明这台服务器久未维护。"),
		Do: both("Allow TLS 1.2 and 1.3 only. If an old device needs the old one, give it a port of its own.", "只允许 TLS 1.2 和 1.3。若有老设备非用不可，单独给它一个端口。"),
	}
}
