package probe

import (
	"context"
	"encoding/binary"
	"slices"
	"strings"

	"github.com/portlore/portlore"
)

// nfsTree looks at the tree that an NFS server of version 4 shows to a stranger (RFC
// 7530). Nothing is mounted: there is no such thing in this version, and no state is
// made.
var nfsTree = Inspection{
	Services: []string{"nfs"}, Transport: "tcp", Calls: 1,
	Sends: "PUTROOTFH, LOOKUP and READDIR, as user 65534 (AUTH_SYS), of the root and 3 levels below the first 3 names in it",
	Never: "OPEN, READ, WRITE, CREATE; another user",
	Finds: []Outcome{
		{"nfs.exports", portlore.Check, "a directory below the root is listed, and so is the first of what is in it, down to a file, an empty directory or the last level"},
		{"nfs.refused", portlore.Fine, "an error, or an empty root"},
	},
	Ask: func(ctx context.Context, v *Visit) []Check {
		c := v.call(ctx)
		defer c.hang()
		roots, status := c.listNFS(v, nil)
		if c.err != nil {
			return nil
		}
		const widest = 3
		for _, root := range roots[:min(widest, len(roots))] {
			var path []string
			if path, status = c.walkNFS(v, root); path != nil {
				return []Check{nfsExported(both("shows its files to strangers: /%s", "向陌生人展示文件：/%s", quote(strings.Join(path, "/"))))}
			}
		}
		if c.err != nil {
			return nil
		}
		return refused("nfs.refused", nfsStatus(status))
	},
}

// walkNFS goes down from a name in the root, by the first name of each directory.
// Where it is let in all the way, it returns the last directory that was listed: the
// root and what leads to an export are shown to many who may not have that.
func (c *call) walkNFS(v *Visit, root string) (path []string, status uint32) {
	const deepest = 3
	below := []string{root}
	for range deepest {
		names, status := c.listNFS(v, below)
		switch {
		case c.err != nil || status != nfsOK && status != nfsNotDir:
			return nil, status
		case status == nfsNotDir:
			return path, status
		}
		path = below
		if len(names) == 0 {
			break
		}
		below = append(slices.Clone(below), names[0])
	}
	return path, nfsOK
}

// Operations of NFS version 4, and what they answer.
const (
	nfsPutRoot, nfsLookup, nfsReadDir = 24, 15, 26
	nfsOK, nfsNotDir                  = 0, 20
)

// listNFS lists a directory, by its names from the root.
func (c *call) listNFS(v *Visit, path []string) (names []string, status uint32) {
	const most = 64
	compound := xdrText("portlore") + be32s(0, uint32(2+len(path)), nfsPutRoot)
	for _, name := range path {
		compound += be32s(nfsLookup) + xdrText(name)
	}
	compound += be32s(nfsReadDir, 0, 0, 0, 0, 1<<10, 8<<10, 0) // from the beginning, no attributes
	stranger := be32s(0) + xdrText("portlore") + be32s(65534, 65534, 0)
	id := binary.BigEndian.Uint32(v.random(4))
	x := c.sendRPC(id, be32s(id, 0, 2, rpcNFS, 4, 1, 1)+xdrText(stranger)+be32s(0, 0)+compound)
	status = x.number()
	x.text() // our own tag
	results := x.number()
	for range min(results, most) {
		operation, result := x.number(), x.number()
		if x.broken || result != nfsOK || operation != nfsReadDir {
			continue
		}
		x.number() // verifier
		x.number()
		for len(names) < most && x.more() {
			x.number() // cookie
			x.number()
			name := x.text()
			for range min(x.number(), 8) { // bitmap of attributes
				x.number()
			}
			x.text() // and they
			if x.broken {
				break
			}
			names = append(names, name)
		}
	}
	return names, status
}

// nfsStatus names an error.
func nfsStatus(status uint32) string {
	switch status {
	case nfsOK:
		return "an empty root"
	case 1:
		return "NFS4ERR_PERM"
	case 2:
		return "NFS4ERR_NOENT"
	case 13:
		return "NFS4ERR_ACCESS"
	case 10016:
		return "NFS4ERR_WRONGSEC"
	}
	return "NFS4ERR"
}

// be32s are numbers of 32 bits, as XDR writes them.
func be32s(numbers ...uint32) string {
	var b []byte
	for _, n := range numbers {
		b = binary.BigEndian.AppendUint32(b, n)
	}
	return string(b)
}

// xdrText is a text as XDR writes it: its length before it, zeros behind.
func xdrText(s string) string {
	return be32s(uint32(len(s))) + s + strings.Repeat("\x00", (4-len(s)%4)%4)
}
