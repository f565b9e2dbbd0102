//go:build linux

package main

// web are servers that speak HTTP, good and bad.
var web = []daemon{
	{"nginx", "nginx", "nginx-light", nginx("listen 80; listen 8080; listen 12345; listen 27374;", "")},
	{"nginx-tls", "nginx", "nginx-light", nginx("listen 443 ssl; listen 54320 ssl;", "ssl_certificate /srv/pki/good.crt; ssl_certificate_key /srv/pki/good.key; ssl_protocols TLSv1.2 TLSv1.3;")},
	{"nginx-expired", "nginx", "nginx-light", nginx("listen 8443 ssl;", "ssl_certificate /srv/pki/expired.crt; ssl_certificate_key /srv/pki/expired.key; ssl_protocols TLSv1.2 TLSv1.3;")},
	{"nginx-obsolete", "nginx", "nginx-light", nginx("listen 9443 ssl;", "ssl_certificate /srv/pki/good.crt; ssl_certificate_key /srv/pki/good.key; ssl_protocols TLSv1 TLSv1.1 TLSv1.2; ssl_ciphers DEFAULT@SECLEVEL=0;")},
	{"tls1-only", "openssl", "openssl", `exec openssl s_server -accept 9444 -www -tls1 -cipher DEFAULT@SECLEVEL=0 -cert /srv/pki/good.crt -key /srv/pki/good.key`},
	{"apache", "apache2", "apache2", `
mkdir -p htdocs; echo '<title>Hello</title>' >htdocs/index.html
cat >apache.conf <<END
ServerRoot $PWD
ServerName world.example.org
PidFile $PWD/pid
Listen 8081
Listen 10666
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule dir_module /usr/lib/apache2/modules/mod_dir.so
ErrorLog /dev/stderr
User nobody
Group nogroup
StartServers 1
DocumentRoot $PWD/htdocs
<Directory />
 Require all granted
</Directory>
END
exec apache2 -X -f $PWD/apache.conf`},
	{"lighttpd", "lighttpd", "lighttpd", `
printf 'server.document-root = "/usr/share/doc"\nserver.port = 8082\n' >lighttpd.conf
exec lighttpd -D -f lighttpd.conf`},
	{"mini-httpd", "mini_httpd", "mini-httpd", `exec mini_httpd -D -p 8083 -d /usr/share/doc/mini-httpd -u nobody -i $PWD/pid`},
	{"webfs", "webfsd", "webfs", `exec webfsd -F -p 8084 -r /usr/share/doc -u nobody`},
	{"busybox-httpd", "busybox", "busybox", `exec busybox httpd -f -p 8085 -h /usr/share/doc`},
	{"python-httpd", "python3", "python3-minimal", `exec /usr/bin/python3 -m http.server 8000 -d /usr/share/doc`},
	{"gunicorn", "gunicorn", "gunicorn", `
printf 'def app(env, start):\n    start("200 OK", [("Content-Type", "text/plain")])\n    return [b"hello"]\n' >hello.py
exec gunicorn -b 0.0.0.0:8001 -w 1 hello:app`},
	{"uwsgi", "uwsgi", "uwsgi-core", `
exec uwsgi --socket 0.0.0.0:3031 --http-socket 0.0.0.0:8003 --plugin python3 --master --processes 1 --uid nobody`},
	{"php-fpm", "php-fpm8.2", "php-fpm", `
printf '[global]\nerror_log = /dev/stderr\ndaemonize = no\n[www]\nuser = nobody\ngroup = nogroup\nlisten = 0.0.0.0:9000\npm = static\npm.max_children = 1\n' >fpm.conf
exec php-fpm8.2 -F -y $PWD/fpm.conf`},
	{"shellinabox", "shellinaboxd", "shellinabox", `exec shellinaboxd -t -p 4200 -u nobody -g nogroup -s /:LOGIN --no-beep --cert=$PWD`},
	{"cups", "cupsd", "cups-daemon", `
mkdir -p etc spool cache run tmp
printf 'Listen 0.0.0.0:631\nServerAlias *\nBrowsing Off\n<Location />\nOrder allow,deny\nAllow all\n</Location>\nDefaultEncryption Never\n' >etc/cupsd.conf
printf 'ServerRoot %s/etc\nRequestRoot %s/spool\nCacheDir %s/cache\nStateDir %s/run\nTempDir %s/tmp\nErrorLog stderr\nAccessLog /dev/null\nPageLog /dev/null\n' $PWD $PWD $PWD $PWD $PWD >etc/cups-files.conf
exec cupsd -f -c $PWD/etc/cupsd.conf -s $PWD/etc/cups-files.conf`},
	{"registry", "docker-registry", "docker-registry", `
printf 'version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: %s/data}}\nhttp: {addr: 0.0.0.0:5000}\n' $PWD >config.yml
exec docker-registry serve config.yml`},
	{"haproxy", "haproxy", "haproxy", `
cat >haproxy.cfg <<END
global
 maxconn 100
defaults
 mode http
 timeout client 5s
 timeout server 5s
 timeout connect 2s
frontend www
 bind :8888
 http-request return status 200 content-type text/plain string hello
frontend admin
 bind :8404
 stats enable
 stats uri /
frontend dead
 bind :8005
 default_backend none
backend none
END
exec haproxy -db -f $PWD/haproxy.cfg`},
	{"varnish", "varnishd", "varnish", `
head -c 32 /dev/urandom | base64 >secret
exec varnishd -F -n $PWD/work -a :6081 -T 0.0.0.0:6082 -S $PWD/secret -b 127.0.0.1:80 -s malloc,16m`},
	{"stunnel", "stunnel4", "stunnel4", `
cat >stunnel.conf <<END
foreground = yes
pid =
cert = /srv/pki/good.pem
[redis]
accept = 0.0.0.0:6390
connect = 127.0.0.1:6379
[telnet]
accept = 0.0.0.0:992
connect = 127.0.0.1:23
[silent]
accept = 0.0.0.0:20002
connect = 127.0.0.1:20001
END
exec stunnel4 $PWD/stunnel.conf`},
	{"sslh", "sslh", "sslh", `exec sslh -f -u nobody --listen 0.0.0.0:4443 --ssh 127.0.0.1:22 --tls 127.0.0.1:443`},
	{"transmission", "transmission-daemon", "transmission-daemon", `
mkdir -p config
exec transmission-daemon -f -g $PWD/config -a '*.*.*.*' -T -p 19091 -P 51413 -w $PWD -M --no-dht --no-lpd --no-utp`},
	{"opentracker", "opentracker", "opentracker", `exec opentracker -p 6969 -P 6969 -u nobody -d /tmp`},
	{"syncthing", "syncthing", "syncthing", `
exec syncthing serve --home=$PWD --gui-address=http://0.0.0.0:8384 --no-browser --no-restart --no-upgrade --skip-port-probing`},
	{"aria2", "aria2c", "aria2", `exec aria2c --enable-rpc --rpc-listen-all --rpc-listen-port=6800 --rpc-secret=Xq83hfPz --enable-dht=false --no-conf`},
	{"deluged", "deluged", "deluged", `exec deluged -d -c $PWD -u 0.0.0.0 -p 58846`},
}

func nginx(listen, settings string) string {
	return sprint(`
mkdir -p htdocs tmp; echo '<title>Hello</title>' >htdocs/index.html; chmod 755 . tmp
cat >nginx.conf <<END
daemon off; master_process off; pid $PWD/pid; error_log stderr; worker_processes 1; user root;
events { }
http {
  access_log off; client_body_temp_path tmp; proxy_temp_path tmp; fastcgi_temp_path tmp; uwsgi_temp_path tmp; scgi_temp_path tmp;
  server { %s %s root $PWD/htdocs; }
}
END
exec nginx -p $PWD -c $PWD/nginx.conf`, listen, settings)
}
