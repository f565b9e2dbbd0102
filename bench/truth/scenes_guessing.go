//go:build linux

package main

import (
	"fmt"
	"time"
)

// guessing is about many connections to one service: passwords are guessed, or
// somebody only works, or does not notice that nobody answers.
func guessing() []scenario {
	const pair = "duplicate SYNs / brute force"
	return []scenario{
		{
			name: "ssh_guessing", title: "hydra guesses passwords of a real sshd", pair: pair, fw: policy{tcp: []int{22}},
			actors: []label{{
				who: one(stranger), verdict: "brute.force", also: []string{"exposed.service"}, tool: "hydra", mustNot: forbid(notEchoes, "dos", "scan", "hammer"),
				log: sees("brute.force", "exposed.service", "benign.client", "probe.service"), note: "a log has a line for each connection, of which there are few",
			}},
			play: func(s *stage) {
				s.sshd(22)
				s.guess("ssh", 22, s.between(14, 26))
			},
		},
		{
			name: "ftp_guessing", title: "hydra guesses passwords of a real FTP server", pair: pair, fw: policy{tcp: []int{21}},
			actors: []label{{
				who: one(stranger), verdict: "brute.force", also: []string{"exposed.service"}, tool: "hydra", mustNot: forbid(notEchoes, "dos", "scan", "hammer"),
				log: sees("brute.force", "exposed.service", "benign.client", "probe.service"), note: "a log has a line for each connection, of which there are few",
			}},
			play: func(s *stage) {
				conf := s.file("vsftpd.conf", "listen=YES\nlisten_port=21\nbackground=NO\nlocal_enable=YES\nanonymous_enable=NO\ndelay_failed_login=0\nmax_login_fails=2\nsecure_chroot_dir="+s.scratch+"\n")
				s.daemon(s.fw, "vsftpd", conf)
				s.wait(400 * time.Millisecond)
				s.guess("ftp", 21, s.between(16, 30))
			},
		},
		{
			name: "windows_guessing", title: "short sessions of like size with remote desktop, from one address", pair: pair, fw: policy{tcp: []int{3389}},
			actors: []label{{
				who: one(stranger), verdict: "brute.force", also: []string{"exposed.service"}, tool: "talk", mustNot: forbid(notEchoes, "dos", "scan", "hammer"),
				log: sees("brute.force", "exposed.service"),
			}},
			play: func(s *stage) {
				s.serves(s.fw, "tcp:3389:redis")
				var all []conversation
				for i := range s.between(25, 45) {
					all = append(all, conversation{
						At: time.Duration(i*130+s.IntN(60)) * time.Millisecond, Proto: "tcp", From: text(stranger(s.world)), To: text(s.host) + ":3389",
						Say: []string{"\x03\x00\x00\x2a\x25\xe0\x00\x00\x00\x00\x00Cookie: mstshash=admin\n", "\x03\x00\x00\x10guess\n"},
					})
				}
				s.talks(s.far, all)
			},
		},
		{
			name: "hammer", title: "somebody knocks at a closed door again and again", pair: pair,
			actors: []label{{
				who: one(stranger), verdict: "hammer.blocked", also: []string{"probe.service"}, tool: "crafted", mustNot: []string{"dos", "scan", "brute.force", "backscatter"},
			}},
			play: func(s *stage) {
				port := []int{22, 3389, 445, 1433}[s.IntN(4)]
				var ps []packet
				for range s.between(30, 70) {
					ps = append(ps, s.tcp(stranger(s.world), s.high(), s.host, port, syn))
				}
				s.onWire(s.pace(5*time.Second, ps))
			},
		},
		{
			name: "syn_retries", title: "two clients try one closed port and repeat themselves, as Linux and Windows do", pair: pair, stretch: 4,
			actors: []label{{
				who: some(2, strangersOf), verdict: "probe.service", also: []string{"benign.client", "benign.address_reuse", "misconfig.misdirected", "hammer"}, tool: "crafted",
				mustNot: []string{"scan", "brute.force", "dos", "worm", "backscatter"},
			}},
			play: func(s *stage) {
				port := []int{22, 443, 8443, 993}[s.IntN(4)]
				var ps []packet
				linux, windows := s.tcp(s.strangers[0], s.high(), s.host, port, syn), s.tcp(s.strangers[1], s.high(), s.host, port, syn).windows()
				for i, at := range []int{0, 1, 3, 7, 15} {
					linux.at = time.Duration(at) * time.Second / 4
					linux.id++
					ps = append(ps, linux)
					if i == 1 || i == 2 {
						windows.at = time.Duration(at*3-3) * time.Second / 4
						ps = append(ps, windows)
					}
				}
				s.onWire(inOrder(ps))
			},
		},
		{
			name: "git_over_ssh", title: "a developer's repository is fetched a few times over ssh, with a key", pair: pair, fw: policy{tcp: []int{22}},
			actors: []label{{
				who: one(stranger), verdict: "benign.client", also: []string{"exposed.service"}, tool: "ssh", mustNot: []string{"brute.force", "scan", "dos", "hammer"},
				log: sees("benign.client", "exposed.service", "probe.service"),
			}},
			play: func(s *stage) {
				key := s.sshd(22)
				for range s.between(3, 5) {
					s.outsider("ssh", "-F", "/dev/null", "-b", text(stranger(s.world)), "-i", key, "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "ConnectTimeout=4",
						"root@"+text(s.host), fmt.Sprintf("head -c %d /dev/zero; sleep 0.%d", s.between(150, 900)*1000, s.IntN(9)))
					s.wait(time.Duration(s.between(300, 1200)) * time.Millisecond)
				}
			},
		},
	}
}

// sshd starts a real one that lets a fresh key in, and returns the key's file.
func (s *stage) sshd(port int) string {
	for _, name := range []string{"host", "user"} {
		s.we("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", s.scratch+"/"+name)
	}
	conf := s.file("sshd.conf", fmt.Sprintf(`Port %d
HostKey %s/host
AuthorizedKeysFile %s/user.pub
PidFile none
StrictModes no
UsePAM no
PermitRootLogin yes
MaxStartups 100
`, port, s.scratch, s.scratch))
	// The directory it wants exists only where its own service runs.
	s.daemon(s.fw, "sh", "-c", "mount -t tmpfs none /run && mkdir -p /run/sshd && exec /usr/sbin/sshd -D -e -f "+conf)
	s.wait(400 * time.Millisecond)
	return s.scratch + "/user"
}

func (s *stage) guess(service string, port, n int) {
	words := ""
	for i := range n {
		words += fmt.Sprintf("guess%d\n", i)
	}
	// One word for each connection, as those do that fear a limit.
	s.outsider("timeout", "9", "hydra", "-I", "-q", "-l", "operator", "-P", s.file("words", words), "-t", text(s.between(4, 8)), "-s", text(port), service+"://"+text(s.host))
}
