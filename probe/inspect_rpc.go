package probe

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"github.com/portlore/portlore"
)

// Programs of ONC RPC (RFC 5531; the registry of IANA).
const (
	rpcPortmap = 100000
	rpcNFS     = 100003
	rpcMount   = 100005
)

// portmapper asks which programs are there (RFC 1833), and the one that gives out
// file systems what it gives to whom (RFC 1813, appendix I).
var portmapper = Inspection{
	Services: []string{"rpcbind"}, Transport: "tcp", Calls: 2,
	Sends: "portmapper DUMP; EXPORT to the mountd that it names",
	Never: "SET, UNSET, CALLIT, MNT: nothing is mounted",
	Finds: []Outcome{
		{"rpc.portmapper", portlore.Check, "the list of programs and their ports"},
		{"nfs.exports", portlore.Check, "the list of exports; CHECK if one names everybody"},
	},
	Ask: func(ctx context.Context, v *Visit) []Check {
		c := v.call(ctx)
		defer c.hang()
		r := c.callRPC(v, rpcPortmap, 2, 4)
		programs := r.programs()
		if len(programs) == 0 {
			return nil
		}
		for _, p := range programs {
			if p.number == rpcMount && p.tcp && p.version >= 1 && p.version <= 3 {
				m := v.callTo(ctx, "tcp", p.port)
				defer m.hang()
				return append(m.exports(v, p.version), rpcPrograms(v, programs))
			}
		}
		return []Check{rpcPrograms(v, programs)}
	},
}

// mountExports asks mountd itself.
func mountExports(transport string) Inspection {
	return Inspection{
		Services: []string{"mountd"}, Transport: transport, Calls: 1,
		Sends: "EXPORT",
		Never: "MNT: nothing is mounted",
		Finds: []Outcome{{"nfs.exports", portlore.Check, "the list of exports; CHECK if one names everybody"}},
		Ask: func(ctx context.Context, v *Visit) []Check {
			c := v.call(ctx)
			defer c.hang()
			return c.exports(v, 3)
		},
	}
}

// portmapperUDP counts what a portmapper returns by UDP.
var portmapperUDP = Inspection{
	Services: []string{"rpcbind"}, Transport: "udp", Calls: 1,
	Sends: "one datagram: portmapper DUMP",
	Never: "SET, UNSET, CALLIT; a second datagram",
	Finds: []Outcome{
		{"rpc.portmapper", portlore.Check, "the list of programs and their ports"},
		{"udp.amplifier", portlore.Check, "it returned at least 3 times the bytes that were sent"},
	},
	Ask: func(ctx context.Context, v *Visit) []Check {
		c := v.call(ctx)
		defer c.hang()
		id := binary.BigEndian.Uint32(v.random(4))
		ask := rpcAsk(id, rpcPortmap, 2, 4)
		c.say(ask)
		answer := c.datagram()
		programs := rpcResult(answer, id).programs()
		if len(programs) == 0 {
			return nil
		}
		return append([]Check{rpcPrograms(v, programs)}, amplifier(v, "portmapper", len(ask), len(answer))...)
	},
}

// rpcAsk is a call without arguments and without a name (AUTH_NONE).
func rpcAsk(id, program, version, procedure uint32) string {
	var b []byte
	for _, n := range []uint32{id, 0, 2, program, version, procedure, 0, 0, 0, 0} {
		b = binary.BigEndian.AppendUint32(b, n)
	}
	return string(b)
}

// callRPC calls and returns the result; over TCP it comes in fragments (RFC 5531,
// 11).
func (c *call) callRPC(v *Visit, program, version, procedure uint32) *xdr {
	id := binary.BigEndian.Uint32(v.random(4))
	ask := rpcAsk(id, program, version, procedure)
	if v.Door.Proto == "udp" {
		c.say(ask)
		return rpcResult(c.datagram(), id)
	}
	return c.sendRPC(id, ask)
}

// sendRPC sends a call over TCP and returns the result.
func (c *call) sendRPC(id uint32, ask string) *xdr {
	c.say(string(binary.BigEndian.AppendUint32(nil, 1<<31|uint32(len(ask)))) + ask)
	var answer []byte
	for len(answer) < mostHeard {
		head := c.exactly(4)
		if head == nil {
			break
		}
		length := binary.BigEndian.Uint32(head)
		answer = append(answer, c.exactly(int(length&^(1<<31)))...)
		if length>>31 == 1 {
			break
		}
	}
	return rpcResult(answer, id)
}

// rpcResult is what follows the head of an accepted reply.
func rpcResult(answer []byte, id uint32) *xdr {
	x := &xdr{b: answer}
	if x.number() != id || x.number() != 1 || x.number() != 0 {
		return &xdr{broken: true}
	}
	x.number()
	x.text()
	if x.number() != 0 {
		x.broken = true
	}
	return x
}

// An xdr reads what RPC carries (RFC 4506).
type xdr struct {
	b      []byte
	broken bool
}

func (x *xdr) number() uint32 {
	if len(x.b) < 4 {
		x.broken = true
		return 0
	}
	n := binary.BigEndian.Uint32(x.b)
	x.b = x.b[4:]
	return n
}

func (x *xdr) text() string {
	n := int(x.number())
	padded := (n + 3) &^ 3
	if n < 0 || n > len(x.b) || padded > len(x.b) {
		x.broken = true
		return ""
	}
	s := string(x.b[:n])
	x.b = x.b[padded:]
	return s
}

// more says that a list goes on.
func (x *xdr) more() bool { return x.number() == 1 && !x.broken }

type rpcProgram struct {
	number, version uint32
	tcp             bool
	port            uint16
}

func (x *xdr) programs() (all []rpcProgram) {
	for x.more() {
		number, version, proto, port := x.number(), x.number(), x.number(), x.number()
		if !x.broken && port < 1<<16 {
			all = append(all, rpcProgram{number, version, proto == 6, uint16(port)})
		}
	}
	return all
}

func rpcPrograms(v *Visit, programs []rpcProgram) Check {
	names := map[uint32]string{rpcPortmap: "portmapper", rpcNFS: "nfs", rpcMount: "mountd", 100001: "rstatd", 100002: "rusersd", 100004: "ypserv", 100007: "ypbind", 100008: "walld", 100011: "rquotad", 100021: "nlockmgr", 100024: "status", 100068: "cmsd", 100083: "ttdbserverd", 100227: "nfs_acl"}
	var list []string
	for _, p := range programs {
		name := names[p.number]
		if name == "" {
			name = fmt.Sprint(p.number)
		}
		if !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return Check{
		ID: "rpc.portmapper", Word: v.strangers(),
		Evidence: both("lists its programs: %s", "列出 RPC 程序：%s", quote(strings.Join(list, " "))),
		Means: both("Strangers are told which RPC programs run and on which ports; over UDP it also floods others on demand.",
			"陌生人可查出有哪些 RPC 程序、在什么端口；UDP 上还会被用来放大攻击他人。"),
		Do: both("Let only your own NFS clients reach port 111, or turn rpcbind off: NFSv4 needs none.", "只让自己的 NFS 客户端访问 111 端口，或关闭 rpcbind：NFSv4 用不着它。"),
	}
}

// exports asks a mountd who may have which directory.
func (c *call) exports(v *Visit, version uint32) []Check {
	x := c.callRPC(v, rpcMount, version, 5)
	if x.broken {
		return nil
	}
	var all, open []string
	for x.more() {
		directory := x.text()
		var to []string
		for x.more() {
			to = append(to, x.text())
		}
		if x.broken || directory == "" {
			break
		}
		all = append(all, directory+" "+strings.Join(to, ","))
		if len(to) == 0 || slices.ContainsFunc(to, isEverybody) {
			open = append(open, directory)
		}
	}
	switch {
	case len(all) == 0:
		return nil
	case len(open) == 0:
		return []Check{{
			ID: "nfs.exports", Word: v.strangers(),
			Evidence: both("tells what it exports to whom: %s", "透露共享给谁：%s", quote(all[0])),
			Means:    both("Strangers see the names of directories and of the machines that may have them; an address is easily taken.", "陌生人能看到目录名和允许访问的主机；而地址是容易冒用的。"),
			Do:       both("Let only NFS clients reach it.", "只让 NFS 客户端访问它。"),
		}}
	}
	return []Check{nfsExported(both("exports to everybody: %s", "共享给所有人：%s", quote(strings.Join(open, " "))))}
}

// nfsExported is what it means that strangers may have files.
func nfsExported(evidence portlore.Text) Check {
	return Check{
		ID: "nfs.exports", Word: portlore.Check, Evidence: evidence,
		Means: both("Whoever reaches it may mount this, and with sec=sys be any user of it but root. Nothing was mounted to try it.",
			"能连上的人都可挂载；在 sec=sys 下还能冒充除 root 外的任何用户。为稳妥起见没有实际挂载。"),
		Do: both("Name the clients in /etc/exports instead of *, export read-only (ro) where you can, or require Kerberos (sec=krb5p).",
			"在 /etc/exports 里写明客户端而不用 *，能只读就只读（ro），或要求 Kerberos（sec=krb5p）。"),
	}
}

// isEverybody says that a client of an export is everybody.
func isEverybody(client string) bool {
	switch strings.ToLower(strings.TrimSpace(client)) {
	case "*", "everyone", "(everyone)", "0.0.0.0/0", "0.0.0.0/0.0.0.0", "::/0":
		return true
	}
	return false
}
