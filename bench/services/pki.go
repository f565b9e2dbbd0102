//go:build linux

package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// certificates writes two keys with their certificates, NAME.crt, NAME.key and both
// in NAME.pem: "good" for a year, "expired" since a month. An authority that nobody
// knows has signed both. The keys are worth nothing, so that every daemon may read
// them.
func certificates(dir string) error {
	now := time.Now()
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Example Authority"},
		NotBefore: now.AddDate(-2, 0, 0), NotAfter: now.AddDate(5, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	ca, err := x509.CreateCertificate(rand.Reader, authority, authority, &caKey.PublicKey, caKey)
	if err != nil {
		return err
	}
	caText := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca})
	if err := os.WriteFile(filepath.Join(dir, "ca.crt"), caText, 0o644); err != nil {
		return err
	}
	for _, c := range []struct {
		name string
		to   time.Time
	}{{"good", now.AddDate(1, 0, 0)}, {"expired", now.AddDate(0, -1, 0)}} {
		key, err := rsa.GenerateKey(rand.Reader, 2048) // what old TLS understands
		if err != nil {
			return err
		}
		cert, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
			SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "world.example.org"},
			DNSNames: []string{"world.example.org"}, IPAddresses: []net.IP{net.ParseIP(address)},
			NotBefore: now.AddDate(-1, 0, 0), NotAfter: c.to,
			KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		}, authority, &key.PublicKey, caKey)
		if err != nil {
			return err
		}
		certText := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert})
		keyText := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
		for ext, text := range map[string][]byte{".crt": certText, ".key": keyText, ".pem": append(keyText, certText...)} {
			if err := os.WriteFile(filepath.Join(dir, c.name+ext), text, 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}
