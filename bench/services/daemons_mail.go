//go:build linux

package main

// mail are servers of mail and news.
var mail = []daemon{
	{"exim-relay", "exim4", "exim4-daemon-light", exim(25, "accept")},
	{"exim", "exim4", "exim4-daemon-light", exim(10025, "require message = relay not permitted\n    domains = example.org\n  accept")},
	{"exim-submission", "exim4", "exim4-daemon-light", exim(587, "deny message = authentication required")},
	{"exim-smtps", "exim4", "exim4-daemon-light", exim(465, "deny message = authentication required")},
	{"aiosmtpd", "python3", "python3-aiosmtpd", `exec /usr/bin/python3 -m aiosmtpd -n -l 0.0.0.0:2525 -c aiosmtpd.handlers.Sink`},
	{"postfix", "postfix", "postfix", postfix()},
	{"opensmtpd", "smtpd", "opensmtpd", `
id opensmtpd >/dev/null 2>&1 || useradd -r -d /nonexistent opensmtpd
id opensmtpq >/dev/null 2>&1 || useradd -r -d /nonexistent opensmtpq
mkdir -p /var/spool/smtpd && chmod 711 /var/spool/smtpd
cat >smtpd.conf <<END
listen on 0.0.0.0 port 2526
action "local" maildir "/tmp/mail"
match from local for local action "local"
END
echo world.example.org >/etc/mailname
exec smtpd -d -f $PWD/smtpd.conf`},
	{"dovecot", "dovecot", "dovecot-core", dovecot("disable_plaintext_auth = no\nssl = yes", 110, 143, 995, 993)},
	{"dovecot-tls", "dovecot", "dovecot-core", dovecot("disable_plaintext_auth = yes\nssl = required", 10110, 10143, 10995, 10993)},
	{"inn", "/usr/lib/news/bin/innd", "inn2", inn()},
	{"spamd", "spamd", "spamd", `exec spamd -4 -i 0.0.0.0 -A 0.0.0.0/0 -p 783 --local -m 2 --nouser-config`},
	{"clamd", "clamd", "clamav-daemon", `
mkdir -p db
printf 'Example-1:0:*:%s\n' 58354f2150254041505b345c505a58 >db/example.ndb
cat >clamd.conf <<END
TCPSocket 3310
TCPAddr 0.0.0.0
DatabaseDirectory $PWD/db
Foreground yes
User root
END
exec clamd -c $PWD/clamd.conf`},
}

func exim(port uint16, relay string) string {
	tls := ""
	if port == 465 {
		tls = "tls_on_connect_ports = 465"
	}
	return sprint(`
id Debian-exim >/dev/null 2>&1 || useradd -r -d /nonexistent Debian-exim
mkdir -p spool logs; chown -R Debian-exim: .
cat >exim.conf <<END
primary_hostname = world.example.org
spool_directory = $PWD/spool
log_file_path = $PWD/logs/%%slog
daemon_smtp_ports = %d
tls_advertise_hosts = *
tls_certificate = /srv/pki/good.crt
tls_privatekey = /srv/pki/good.key
%s
rfc1413_query_timeout = 0s
host_lookup =
acl_smtp_rcpt = rcpt
begin acl
rcpt:
  %s
begin routers
begin transports
begin authenticators
END
chown root: exim.conf; chmod 644 exim.conf; mkdir -p /run/exim4; mkdir -p /etc/exim4
exec exim4 -bdf -C $PWD/exim.conf -oP $PWD/spool/pid`, port, tls, relay)
}

func dovecot(settings string, pop3, imap, pop3s, imaps uint16) string {
	return sprint(`
mkdir -p run
cat >dovecot.conf <<END
base_dir = $PWD/run
state_dir = $PWD/run
log_path = /dev/stderr
protocols = imap pop3
listen = 0.0.0.0
%s
ssl_cert = </srv/pki/good.crt
ssl_key = </srv/pki/good.key
mail_location = maildir:/tmp/%%u
passdb {
  driver = static
  args = password=secret
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=/tmp
}
service pop3-login {
  inet_listener pop3 {
    port = %d
  }
  inet_listener pop3s {
    port = %d
    ssl = yes
  }
}
service imap-login {
  inet_listener imap {
    port = %d
  }
  inet_listener imaps {
    port = %d
    ssl = yes
  }
}
END
exec dovecot -F -c $PWD/dovecot.conf`, settings, pop3, pop3s, imap, imaps)
}

func postfix() string {
	return `
for u in postfix; do id $u >/dev/null 2>&1 || useradd -r -d /var/spool/postfix $u; done
getent group postdrop >/dev/null || groupadd -r postdrop
mkdir -p /var/spool/postfix /var/lib/postfix; chown postfix /var/lib/postfix
cp /usr/share/postfix/master.cf.dist /etc/postfix/master.cf
sed -i 's/^smtp  *inet .*/2500 inet n - n - - smtpd/; s/^\([a-z].*\) y \( *[-0-9]\)/\1 n \2/' /etc/postfix/master.cf
cat >/etc/postfix/main.cf <<END
compatibility_level = 3.6
myhostname = world.example.org
mydestination = example.org
inet_interfaces = all
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
maillog_file = /dev/stdout
END
exec postfix start-fg`
}

func inn() string {
	return `
cp -a /etc/news etc 2>/dev/null || mkdir etc
mkdir -p /run/news /var/spool/news/articles /var/spool/news/overview /var/spool/news/incoming/bad /var/spool/news/outgoing /var/spool/news/innfeed /var/log/news; chown -R news: /run/news /var/spool/news /var/log/news /var/lib/news
sed -i 's/^port:.*/port: 119/; s/^pathhost:.*/pathhost: world.example.org/; s/^hismethod:.*/hismethod: hisv6/; s/^#*domain:.*/domain: example.org/; s/^nnrpdloadlimit:.*/nnrpdloadlimit: 0/' /etc/news/inn.conf
cat >/etc/news/readers.conf <<END
auth all { hosts: "*" default: "<anonymous>" }
access all { users: "<anonymous>" newsgroups: "*" access: RP }
END
printf 'control 0000000000 0000000001 n\njunk 0000000000 0000000001 n\ncontrol.cancel 0000000000 0000000001 n\nlocal.test 0000000000 0000000001 y\n' >/var/lib/news/active
touch /var/lib/news/newsgroups
chown news: /var/lib/news/*
touch /var/lib/news/history /var/spool/news/tradspool.map; cd /var/lib/news
/usr/lib/news/bin/makedbz -i -f history -s 1000; for e in dir index hash; do test ! -f history.n.$e || mv history.n.$e history.$e; done
chown news: /var/lib/news/* /var/spool/news/*
exec /usr/lib/news/bin/innd -f -P 119`
}
