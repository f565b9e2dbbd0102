//go:build linux

package main

// files are servers of files of a local network.
var files = []daemon{
	{"samba-guest", "smbd", "samba", samba(`
smb ports = 445 139
map to guest = Bad User
guest account = nobody
server min protocol = NT1
ntlm auth = yes
server signing = disabled
restrict anonymous = 0
[public]
path = /srv
guest ok = yes`)},
	{"samba", "smbd", "samba", samba(`
smb ports = 1445
map to guest = Never
server min protocol = SMB3_00
server signing = mandatory
restrict anonymous = 2
[private]
path = /srv
guest ok = no`)},
	{"ganesha", "ganesha.nfsd", "nfs-ganesha", `
until rpcinfo -p 127.0.0.1 >/dev/null 2>&1; do sleep 0.2; done
mkdir -p /run/ganesha /var/run/ganesha
cat >ganesha.conf <<END
NFS_CORE_PARAM { Protocols = 3, 4; MNT_Port = 20048; NFS_Port = 2049; Enable_NLM = false; Enable_RQUOTA = false; NSM_Use_Caller_Name = false; }
NFSv4 { RecoveryBackend = fs; Graceless = true; }
EXPORT { Export_Id = 1; Path = /srv/share; Pseudo = /share; Access_Type = RW; Squash = No_Root_Squash; SecType = sys; FSAL { Name = MEM; } }
LOG { Default_Log_Level = WARN; }
END
mkdir -p /srv/share /var/lib/nfs/ganesha
exec ganesha.nfsd -F -L STDOUT -f $PWD/ganesha.conf -p $PWD/pid`},
	{"nbd", "nbd-server", "nbd-server", `
truncate -s 1M disk
printf '[generic]\n user = root\n group = root\n port = 10809\n allowlist = true\n[disk]\n exportname = %s/disk\n' $PWD >nbd.conf
nbd-server -C $PWD/nbd.conf -p $PWD/pid; sleep infinity`},
	{"tgt", "tgtd", "tgt", `
tgtd -f --iscsi portal=0.0.0.0:3260 &
sleep 1
until tgtadm --lld iscsi --op show --mode target >/dev/null 2>&1; do sleep 0.2; done
tgtadm --lld iscsi --op new --mode target --tid 1 -T iqn.2026-01.org.example:disk
wait`},
}

func samba(settings string) string {
	return sprint(`
mkdir -p state lock priv run cache
cat >smb.conf <<END
[global]
workgroup = EXAMPLE
netbios name = WORLD
state directory = $PWD/state
lock directory = $PWD/lock
private dir = $PWD/priv
pid directory = $PWD/run
cache directory = $PWD/cache
ncalrpc dir = $PWD/run/ncalrpc
passdb backend = tdbsam
disable spoolss = yes
load printers = no
printcap name = /dev/null
%s
END
mkdir -p run/ncalrpc
exec smbd -F --no-process-group -s $PWD/smb.conf`, settings)
}

// databases answer questions, of anybody or not.
var databases = []daemon{
	{"redis-open", "redis-server", "redis-server", redis(6379, "--protected-mode no")},
	{"redis", "redis-server", "redis-server", redis(6380, "--requirepass Xq83hfPz")},
	{"redis-protected", "redis-server", "redis-server", redis(6381, "--protected-mode yes")},
	{"memcached", "memcached", "memcached", `exec memcached -u nobody -l 0.0.0.0 -p 11211 -U 11211 -m 8`},
	{"memcached-odd", "memcached", "memcached", `exec memcached -u nobody -l 0.0.0.0 -p 21211 -U 0 -m 8`},
	{"mariadb-open", "mariadbd", "mariadb-server", mariadb(3306, "CREATE USER 'root'@'%%' IDENTIFIED BY '';\nGRANT ALL ON *.* TO 'root'@'%%';")},
	{"mariadb", "mariadbd", "mariadb-server", mariadb(13306, "CREATE USER 'joe'@'%%' IDENTIFIED BY 'secret';")},
	{"mariadb-refusing", "mariadbd", "mariadb-server", mariadb(13307, "CREATE USER 'joe'@'192.0.2.1' IDENTIFIED BY 'secret';")},
	{"postgresql-trust", "postgres", "postgresql", postgresql(5432, "trust")},
	{"postgresql", "postgres", "postgresql", postgresql(15432, "scram-sha-256")},
	{"pgbouncer", "pgbouncer", "pgbouncer", `
printf '[databases]\npostgres = host=127.0.0.1 port=15432\n[pgbouncer]\nlisten_addr = 0.0.0.0\nlisten_port = 6432\nauth_type = md5\nauth_file = %s/users\nunix_socket_dir =\n' $PWD >pgbouncer.ini
echo '"joe" "secret"' >users; chown -R postgres: .; chmod 755 .
exec pgbouncer -u postgres pgbouncer.ini`},
	{"firebird", "firebird", "firebird3.0-server", `
mkdir -p /run/firebird3.0 /tmp/firebird; chown firebird: /run/firebird3.0 /tmp/firebird
sed -i 's/^RemoteBindAddress.*/RemoteBindAddress =/' /etc/firebird/3.0/firebird.conf
exec /usr/sbin/firebird`},
	{"tarantool", "tarantool", "tarantool", `
echo "box.cfg{listen='0.0.0.0:3301', memtx_memory=33554432}" >init.lua
exec tarantool init.lua`},
	{"influxdb", "influxd", "influxdb", `
printf 'reporting-disabled = true\nbind-address = "127.0.0.1:8088"\n[meta]\ndir = "%s/meta"\n[data]\ndir = "%s/data"\nwal-dir = "%s/wal"\n[http]\nbind-address = ":8086"\nauth-enabled = false\n' $PWD $PWD $PWD >influxdb.conf
exec influxd run -config influxdb.conf`},
	{"influxdb-auth", "influxd", "influxdb", `
printf 'reporting-disabled = true\nbind-address = "127.0.0.1:18088"\n[meta]\ndir = "%s/meta"\n[data]\ndir = "%s/data"\nwal-dir = "%s/wal"\n[http]\nbind-address = ":18086"\nauth-enabled = true\n' $PWD $PWD $PWD >influxdb.conf
exec influxd run -config influxdb.conf`},
	{"etcd", "etcd", "etcd-server", `
exec etcd --data-dir $PWD/data --log-level error --listen-client-urls http://0.0.0.0:2379 --advertise-client-urls http://10.77.0.2:2379 --listen-peer-urls http://0.0.0.0:2380 --initial-advertise-peer-urls http://10.77.0.2:2380 --initial-cluster default=http://10.77.0.2:2380`},
	{"zookeeper", "java", "zookeeper", `
printf 'tickTime=2000\ndataDir=%s/data\nclientPort=2181\nadmin.enableServer=false\n4lw.commands.whitelist=*\n' $PWD >zoo.cfg
exec java -Xmx64m -cp '/usr/share/java/*' org.apache.zookeeper.server.ZooKeeperServerMain zoo.cfg`},
	{"zookeeper-quiet", "java", "zookeeper", `
printf 'tickTime=2000\ndataDir=%s/data\nclientPort=12181\nadmin.enableServer=false\n' $PWD >zoo.cfg
exec java -Xmx64m -cp '/usr/share/java/*' org.apache.zookeeper.server.ZooKeeperServerMain zoo.cfg`},
	{"sphinx", "searchd", "sphinxsearch", `
printf 'index test {\n type = rt\n path = %s/test\n rt_field = text\n rt_attr_uint = n\n}\nsearchd {\n listen = 9312\n listen = 9306:mysql41\n log = /dev/null\n pid_file = %s/pid\n binlog_path =\n}\n' $PWD $PWD >sphinx.conf
exec searchd --nodetach -c sphinx.conf`},
}

func redis(port uint16, settings string) string {
	return sprint(`exec redis-server --port %d --bind 0.0.0.0 --save '' --dir $PWD %s`, port, settings)
}

func mariadb(port uint16, sql string) string {
	return sprint(`
mkdir -p tmp; chown mysql: tmp; export TMPDIR=$PWD/tmp
mariadb-install-db --no-defaults --datadir=$PWD/data --user=mysql --auth-root-authentication-method=socket --skip-test-db --tmpdir=$PWD/tmp >/dev/null
printf "FLUSH PRIVILEGES;\n%s\n" >init.sql; chmod 644 init.sql; chmod 755 .
exec mariadbd --no-defaults --tmpdir=$PWD/tmp --user=mysql --datadir=$PWD/data --port=%d --socket=$PWD/data/sock --bind-address=0.0.0.0 --skip-name-resolve --max-connect-errors=1000000 --init-file=$PWD/init.sql --innodb-buffer-pool-size=16M --innodb-log-file-size=4M`, sql, port)
}

func postgresql(port uint16, method string) string {
	return sprint(`
chown postgres: .; chmod 755 .; echo secret >pw; chmod 644 pw
cd /tmp; su -s /bin/sh postgres -c "initdb -D $HOME/data -A trust --pwfile=$HOME/pw -N >/dev/null"
printf 'host all all 0.0.0.0/0 %s\n' >$HOME/data/pg_hba.conf
exec su -s /bin/sh postgres -c "exec postgres -D $HOME/data -p %d -k $HOME -c listen_addresses=* -c fsync=off -c shared_buffers=16MB"`, method, port)
}

// queues carry messages between programs.
var queues = []daemon{
	{"mosquitto-open", "mosquitto", "mosquitto", `
printf 'listener 1883 0.0.0.0\nallow_anonymous true\npersistence false\nuser root\n' >m.conf
exec mosquitto -c m.conf`},
	{"mosquitto", "mosquitto", "mosquitto", `
touch pw; mosquitto_passwd -b pw joe secret
printf 'listener 1884 0.0.0.0\nallow_anonymous false\npassword_file %s/pw\npersistence false\nuser root\nlistener 8883 0.0.0.0\ncertfile /srv/pki/good.crt\nkeyfile /srv/pki/good.key\n' $PWD >m.conf
exec mosquitto -c m.conf`},
	{"nats-open", "nats-server", "nats-server", `exec nats-server -a 0.0.0.0 -p 4222 -m 8222`},
	{"nats", "nats-server", "nats-server", `exec nats-server -a 0.0.0.0 -p 4223 --auth Xq83hfPz`},
	{"epmd", "epmd", "erlang-base", `exec epmd -port 4369 -relaxed_command_check`},
	{"rabbitmq", "rabbitmq-server", "rabbitmq-server", `
export RABBITMQ_MNESIA_BASE=$PWD/mnesia RABBITMQ_LOGS=- RABBITMQ_NODENAME=rabbit@localhost RABBITMQ_ENABLED_PLUGINS_FILE=$PWD/plugins RABBITMQ_PID_FILE=$PWD/pid
printf '[rabbitmq_management].\n' >plugins
mkdir -p mnesia /var/lib/rabbitmq /var/log/rabbitmq; chown -R rabbitmq: . /var/lib/rabbitmq /var/log/rabbitmq; chmod 755 .
until epmd -names >/dev/null 2>&1; do sleep 0.2; done
exec rabbitmq-server`},
	{"beanstalkd", "beanstalkd", "beanstalkd", `exec beanstalkd -l 0.0.0.0 -p 11300`},
	{"gearmand", "gearmand", "gearman-job-server", `exec gearmand -L 0.0.0.0 -p 4730 -l stderr -t 1 --user=nobody`},
}

// desktops show screens, and take keys.
var desktops = []daemon{
	{"xvfb-open", "Xvfb", "xvfb", `exec Xvfb :1 -ac -listen tcp -screen 0 320x240x8`},
	{"xvfb", "Xvfb", "xvfb", `
xauth -f $PWD/auth add :2 . $(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' ')
exec Xvfb :2 -listen tcp -auth $PWD/auth -screen 0 320x240x8`},
	{"xvnc-open", "Xtigervnc", "tigervnc-standalone-server", `exec Xtigervnc :11 -rfbport 5901 -SecurityTypes None -localhost=0 -BlacklistThreshold=1000000 -geometry 320x240 -interface 0.0.0.0`},
	{"xvnc", "Xtigervnc", "tigervnc-standalone-server", `
printf 'secret\nsecret\nn\n' | vncpasswd $PWD/pw >/dev/null 2>&1 || echo secret | vncpasswd -f >pw
exec Xtigervnc :12 -rfbport 5902 -SecurityTypes VncAuth -rfbauth $PWD/pw -localhost=0 -BlacklistThreshold=1000000 -geometry 320x240 -interface 0.0.0.0`},
	{"xrdp", "xrdp", "xrdp", `
mkdir -p /run/xrdp; cp -a /etc/xrdp etc
sed -i 's/^port=3389/port=tcp:\/\/:3389/; s/^security_layer=.*/security_layer=rdp/; s/^crypt_level=.*/crypt_level=low/' /etc/xrdp/xrdp.ini
test -s /etc/xrdp/rsakeys.ini || xrdp-keygen xrdp /etc/xrdp/rsakeys.ini
exec xrdp -n`},
	{"xrdp-tls", "xrdp", "xrdp", `
mkdir -p /run/xrdp
sed 's/^port=.*/port=tcp:\/\/:13389/; s/^security_layer=.*/security_layer=tls/; s#^certificate=.*#certificate=/srv/pki/good.crt#; s#^key_file=.*#key_file=/srv/pki/good.key#; s#^LogFile=.*#LogFile=/tmp/xrdp-tls.log#' /etc/xrdp/xrdp.ini >xrdp.ini
exec xrdp -n -c $PWD/xrdp.ini`},
	{"xdm", "xdm", "xdm", `
printf 'DisplayManager.servers: /dev/null\nDisplayManager.accessFile: %s/Xaccess\nDisplayManager.requestPort: 177\nDisplayManager.pidFile: %s/pid\nDisplayManager.errorLogFile: /dev/stderr\nDisplayManager.keyFile:\nDisplayManager.authDir: %s\n' $PWD $PWD $PWD >xdm.conf
printf '*\n' >Xaccess
exec xdm -nodaemon -config $PWD/xdm.conf`},
}
