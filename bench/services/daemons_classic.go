//go:build linux

package main

// classic are what inetd brought in the days when everything was open.
var classic = []daemon{
	{"inetd", "inetd", "openbsd-inetd", `
cat >inetd.conf <<END
echo     stream tcp nowait root internal
echo     dgram  udp wait   root internal
discard  stream tcp nowait root internal
discard  dgram  udp wait   root internal
daytime  stream tcp nowait root internal
daytime  dgram  udp wait   root internal
chargen  stream tcp nowait root internal
chargen  dgram  udp wait   root internal
time     stream tcp nowait root internal
time     dgram  udp wait   root internal
END
exec inetd -i $PWD/inetd.conf`},
	{"telnetd", "telnetd", "inetutils-telnetd", `
echo "23 stream tcp nowait root /usr/sbin/telnetd telnetd" >inetd.conf
echo "2323 stream tcp nowait root /usr/sbin/telnetd telnetd" >>inetd.conf
exec inetd -i $PWD/inetd.conf`},
	{"fingerd", "efingerd", "efingerd", `
printf '#!/bin/sh\necho "Login     Name       Tty      Idle  Login Time   Office"\necho "joe       Joe Doe    pts/0          Nov 28 09:12 (10.77.0.1)"\n' >/etc/efingerd/list; chmod 755 /etc/efingerd/*
echo "79 stream tcp nowait root /usr/sbin/efingerd efingerd" >inetd.conf
exec inetd -i $PWD/inetd.conf`},
	{"rlogind", "in.rlogind", "rsh-redone-server", `
echo "513 stream tcp nowait root /usr/sbin/in.rlogind in.rlogind" >inetd.conf
exec inetd -i $PWD/inetd.conf`},
	{"cvs", "cvs", "cvs", `
cvs -d $PWD/root init
echo "2401 stream tcp nowait root /usr/bin/cvs cvs --allow-root=$PWD/root pserver" >inetd.conf
exec inetd -i $PWD/inetd.conf`},
	{"gopher", "gophernicus", "gophernicus", `
mkdir -p root && echo "Nothing is here." >root/about.txt
echo "70 stream tcp nowait nobody /usr/sbin/gophernicus gophernicus -h world.example.org -r $PWD/root" >inetd.conf
exec inetd -i $PWD/inetd.conf`},
	{"identd", "oidentd", "oidentd", `exec oidentd -i -p 113`},
	{"dictd", "dictd", "dictd", `
cat >dictd.conf <<END
global { listen_to 0.0.0.0 }
access { allow * }
database foldoc { data /usr/share/dictd/foldoc.dict.dz index /usr/share/dictd/foldoc.index }
END
exec dictd -d nodetach --locale C.UTF-8 -c dictd.conf`},
	{"lpd", "lpd", "lpr", `
mkdir -p /var/spool/lpd/lp && echo 'lp:lp=/dev/null:sd=/var/spool/lpd/lp:sh:' >/etc/printcap
echo '+' >/etc/hosts.lpd
lpd -l; sleep infinity`},
}
