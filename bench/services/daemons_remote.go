//go:build linux

package main

// remote are ways to work on a machine from elsewhere, and to move files there.
var remote = []daemon{
	{"sshd", "sshd", "openssh-server", sshd(22)},
	{"sshd-elite", "sshd", "openssh-server", sshd(31337)},
	{"dropbear", "dropbear", "dropbear-bin", `
dropbearkey -t ed25519 -f key >/dev/null
exec dropbear -F -E -r key -p 22022`},
	{"vsftpd", "vsftpd", "vsftpd", vsftpd(21, "anonymous_enable=YES", "local_enable=YES")},
	{"vsftpd-writable", "vsftpd", "vsftpd", vsftpd(2121, "anonymous_enable=YES", "write_enable=YES", "anon_upload_enable=YES", "anon_mkdir_write_enable=YES")},
	{"vsftpd-tls", "vsftpd", "vsftpd", vsftpd(2021, "anonymous_enable=NO", "local_enable=YES", "ssl_enable=YES", "force_local_logins_ssl=YES", "force_local_data_ssl=YES",
		"rsa_cert_file=/srv/pki/good.crt", "rsa_private_key_file=/srv/pki/good.key")},
	{"vsftpd-implicit", "vsftpd", "vsftpd", vsftpd(990, "anonymous_enable=NO", "local_enable=YES", "ssl_enable=YES", "implicit_ssl=YES",
		"rsa_cert_file=/srv/pki/good.crt", "rsa_private_key_file=/srv/pki/good.key")},
	{"proftpd", "proftpd", "proftpd-core", `
mkdir -p pub run; chmod 755 pub; chown nobody run
cat >proftpd.conf <<END
ServerName "Example"
ServerType standalone
Port 14021
UseIPv6 off
UseFtpUsers off
User nobody
Group nogroup
PidFile $PWD/run/pid
ScoreboardFile $PWD/run/scoreboard
DelayEngine off
AuthOrder mod_auth_unix.c mod_auth_file.c
<Anonymous $PWD/pub>
  User nobody
  Group nogroup
  UserAlias anonymous nobody
  RequireValidShell off
  <Limit WRITE>
    DenyAll
  </Limit>
</Anonymous>
END
exec proftpd -n -c $PWD/proftpd.conf`},
	{"pure-ftpd", "pure-ftpd", "pure-ftpd", `exec pure-ftpd -S 666 -E -l unix`},
	{"tftpd", "in.tftpd", "tftpd-hpa", `
mkdir -p root && echo "nothing" | tee root/pxelinux.0 >root/README && chmod -R a+rX root
exec in.tftpd -L -u nobody -a 0.0.0.0:69 -s $PWD/root`},
	{"tftpd-odd", "in.tftpd", "tftpd-hpa", `
mkdir -p root && echo "nothing" >root/startup-config && chmod -R a+rX root
exec in.tftpd -L -u nobody -a 0.0.0.0:1069 -s $PWD/root`},
	{"rsyncd", "rsync", "rsync", rsyncd(873, "[pub]\npath = /usr/share/doc\ncomment = everybody may read\n[backup]\npath = /etc\nauth users = joe\nsecrets file = secrets\n")},
	{"rsyncd-auth", "rsync", "rsync", rsyncd(8730, "[backup]\npath = /etc\nauth users = joe\nsecrets file = secrets\n")},
	{"rsyncd-hidden", "rsync", "rsync", rsyncd(8731, "[backup]\npath = /etc\nlist = no\nauth users = joe\nsecrets file = secrets\n")},
	{"distccd-open", "distccd", "distcc", distccd(3632, "--make-me-a-botnet")},
	{"distccd", "distccd", "distcc", distccd(3633, "")},
	{"git", "git", "git", `
git init -q --bare pub.git
exec git daemon --export-all --base-path=$PWD --port=9418`},
	{"svnserve", "svnserve", "subversion", `
svnadmin create repo
exec svnserve -d --foreground -r $PWD/repo --listen-port 3690`},
	{"conserver", "conserver", "conserver-server", `
cat >conserver.cf <<END
default full { rw *; }
default * { logfile /dev/null; }
console one { type exec; exec "sleep infinity"; master localhost; }
access * { allowed 0.0.0.0/0; }
END
touch passwd
exec conserver -n -i -C $PWD/conserver.cf -P $PWD/passwd -p 782 -M 0.0.0.0`},
}

func sshd(port uint16) string {
	return sprint(`
mkdir -p /run/sshd
ssh-keygen -q -t ed25519 -N '' -f $PWD/key
exec /usr/sbin/sshd -D -e -f /dev/null -h $PWD/key -o UsePAM=no -o PidFile=none -p %d`, port)
}

func distccd(port uint16, more string) string {
	return sprint(`exec distccd --no-detach --daemon --allow 0.0.0.0/0 --port %d --user nobody --log-stderr %s`, port, more)
}

func vsftpd(port uint16, settings ...string) string {
	return sprint(`
mkdir -p pub empty; echo hello >pub/README
id ftp >/dev/null 2>&1 || useradd -r -d /nonexistent ftp
cat >vsftpd.conf <<END
listen=YES
background=NO
listen_port=%d
pam_service_name=login
secure_chroot_dir=$PWD/empty
anon_root=$PWD/pub
seccomp_sandbox=NO
connect_from_port_20=NO
%s
END
if grep -q anon_upload vsftpd.conf; then mkdir -m 777 pub/incoming; fi
exec vsftpd $PWD/vsftpd.conf`, port, lines(settings))
}

func rsyncd(port uint16, modules string) string {
	return sprint(`
echo joe:secret >secrets; chmod 600 secrets
cat >rsyncd.conf <<END
use chroot = no
%s
END
sed -i "s|= secrets|= $PWD/secrets|" rsyncd.conf
exec rsync --daemon --no-detach --config=$PWD/rsyncd.conf --port=%d`, modules, port)
}
