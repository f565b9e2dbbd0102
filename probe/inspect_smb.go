package probe

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/portlore/portlore"
)

// windowsFiles asks a file server what it lets strangers do: by which versions it
// speaks, whether what is said must be signed, and what those see who have no name,
// or one that does not exist (MS-SMB2, MS-NLMP, MS-SRVS).
var windowsFiles = Inspection{
	Services: []string{"smb"}, Transport: "tcp", Calls: 3,
	Sends: "SMB 2.0.2 to 3.0.2: negotiate, a session without a name, IPC$, the list of shares (NetShareEnum), tree connect to at most 4 disks, whose top directory is opened with the right to add files and closed; the same for the user portlore with an empty password; SMB 1: negotiate",
	Never: "names of users that may exist, passwords; no file is opened, listed or made",
	Finds: []Outcome{
		{"smb.v1", portlore.Check, "NT LM 0.12 is accepted"},
		{"smb.signing", portlore.Check, "signing is not required, by the security mode of the negotiation"},
		{"smb.null_session", portlore.Check, "IPC$ without a name (NOTE), the list of shares (CHECK)"},
		{"smb.guest", portlore.Fix, "a user that does not exist is let in as guest: to a disk (CHECK), with the right to add files to it (FIX)"},
		{"smb.auth", portlore.Fine, "neither is let in"},
	},
	Ask: func(ctx context.Context, v *Visit) []Check {
		var found, weak []Check
		if v.speaksSMB1(ctx) {
			weak = append(weak, smbOne)
		}
		nameless, ok := v.sessionSMB(ctx, "")
		defer nameless.hang()
		if !ok {
			return weak
		}
		if nameless.security&2 == 0 {
			weak = append(weak, smbSigning)
		}
		none := nameless.strangers()
		guest, ok := v.sessionSMB(ctx, "portlore")
		defer guest.hang()
		var some smbAccess
		if ok && guest.flags&(isGuest|isNull) != 0 {
			some = guest.strangers()
		}
		if some.disk == "" && none.disk != "" || !some.writes && none.writes { // who has no name at all is a guest too
			some.in, some.disk, some.writes = true, none.disk, none.writes
		}
		if some.in {
			found = append(found, smbGuest(some))
		}
		switch {
		case none.in:
			found = append(found, smbNull(none.shares))
		case !some.in:
			weak = append(weak, refused("smb.auth", none.why)...)
		}
		return append(found, weak...)
	},
}

// Commands, states and flags of SMB 2 (MS-SMB2, 2.2).
const (
	smbNegotiate, smbSessionSetup, smbTreeConnect = 0, 1, 3
	smbCreate, smbClose, smbIoctl                 = 5, 6, 11

	smbOK, smbPending, smbMore = 0, 0x103, 0xc0000016

	isGuest, isNull = 1, 2
)

// An smbTalk is a conversation of SMB 2.
type smbTalk struct {
	*call
	next     uint64 // number of the next message
	session  uint64
	tree     uint32
	security byte   // security mode of the server
	flags    uint16 // of the session
	status   uint32 // of the last answer
}

// An smbAccess is what strangers get.
type smbAccess struct {
	in     bool // they get IPC$
	why    string
	shares []string // which they see
	disk   string   // which they get
	writes bool     // and may write to
}

// send asks one thing and returns what follows the header of the answer.
func (s *smbTalk) send(command uint16, body []byte) []byte {
	head := make([]byte, 64)
	copy(head, "\xfeSMB\x40\x00\x01\x00")
	binary.LittleEndian.PutUint16(head[12:], command)
	binary.LittleEndian.PutUint16(head[14:], 16) // credits
	binary.LittleEndian.PutUint64(head[24:], s.next)
	binary.LittleEndian.PutUint32(head[36:], s.tree)
	binary.LittleEndian.PutUint64(head[40:], s.session)
	s.next++
	s.say(inNetBIOS(append(head, body...)))
	for {
		answer := s.frame()
		if len(answer) < 64 || string(answer[:4]) != "\xfeSMB" || binary.LittleEndian.Uint16(answer[12:]) != command {
			s.status = 0xffffffff
			return nil
		}
		if s.status = binary.LittleEndian.Uint32(answer[8:]); s.status == smbPending {
			continue
		}
		s.tree, s.session = binary.LittleEndian.Uint32(answer[36:]), binary.LittleEndian.Uint64(answer[40:])
		return answer[64:]
	}
}

// inNetBIOS is a message as TCP carries it.
func inNetBIOS(b []byte) string {
	return string([]byte{0, byte(len(b) >> 16), byte(len(b) >> 8), byte(len(b))}) + string(b)
}

// sessionSMB begins a session: without a name, or with one that has no password.
// False: there is not even an agreement on the version.
func (v *Visit) sessionSMB(ctx context.Context, user string) (*smbTalk, bool) {
	s := &smbTalk{call: v.call(ctx)}
	hello := le(16, 36, 4, 1, 0) + le(32, 0x40) + string(v.random(16)) + le(32, 0, 0) + le(16, 0x202, 0x210, 0x300, 0x302)
	answer := s.send(smbNegotiate, []byte(hello))
	if s.status != smbOK || len(answer) < 6 {
		return s, false
	}
	s.security = answer[2]
	answer = s.send(smbSessionSetup, smbBlob(ntlmNegotiate()))
	if s.status != smbMore {
		return s, true
	}
	_, challenge, found := bytes.Cut(answer, []byte("NTLMSSP\x00\x02\x00\x00\x00"))
	if !found {
		return s, true
	}
	answer = s.send(smbSessionSetup, smbBlob(ntlmAuthenticate(challenge, user, v.random(8))))
	if s.status == smbOK && len(answer) >= 4 {
		s.flags = binary.LittleEndian.Uint16(answer[2:])
	}
	return s, true
}

// smbBlob is a session setup.
func smbBlob(token string) []byte {
	return []byte(le(16, 25) + "\x00\x01" + le(32, 0, 0) + le(16, 64+24, uint32(len(token))) + le(32, 0, 0) + token)
}

// strangers sees what the session gets.
func (s *smbTalk) strangers() (a smbAccess) {
	if s.status != smbOK {
		a.why = smbStatus(s.status)
		return a
	}
	host := "portlore"
	if !s.connect(`\\` + host + `\IPC$`) {
		a.why = smbStatus(s.status)
		return a
	}
	a.in = true
	names, disks := s.shares(host)
	a.shares = names
	const most = 4
	for _, d := range disks[:min(most, len(disks))] {
		if !s.connect(`\\` + host + `\` + d) {
			continue
		}
		if writes := s.mayAdd(); a.disk == "" || writes && !a.writes {
			a.disk, a.writes = d, writes
		}
	}
	return a
}

// connect connects to a share.
func (s *smbTalk) connect(path string) bool {
	name := utf16le(path)
	s.tree = 0
	s.send(smbTreeConnect, []byte(le(16, 9, 0, 64+8, uint32(len(name)))+name))
	return s.status == smbOK
}

// mayAdd says that the server grants the right to put files into a share: its top
// directory, which is there, is opened with that right, and closed again.
func (s *smbTalk) mayAdd() bool {
	const addFile, synchronize, isDirectory = 2, 1 << 20, 1
	file, ok := s.open("", addFile|synchronize, isDirectory)
	if ok {
		s.send(smbClose, []byte(le(16, 24, 0)+le(32, 0)+file))
	}
	return ok
}

// open opens what exists, by its name within a share, with some rights: how it is
// called from then on.
func (s *smbTalk) open(name string, access, options uint32) (file string, ok bool) {
	name = utf16le(name)
	length := uint32(len(name))
	if name == "" {
		name = "\x00" // there must be something
	}
	const impersonation, shareAll, openExisting = 2, 7, 1
	answer := s.send(smbCreate, []byte(le(16, 57)+"\x00\x00"+le(32, impersonation, 0, 0, 0, 0, access, 0, shareAll, openExisting, options)+le(16, 64+56, length)+le(32, 0, 0)+name))
	if s.status != smbOK || len(answer) < 80 {
		return "", false
	}
	return string(answer[64:80]), true
}

// shares asks for the names of all, and of those that are disks and not hidden.
func (s *smbTalk) shares(host string) (all, disks []string) {
	tree := s.tree
	const readWrite, noDirectory = 0x0012019f, 0x40
	file, ok := s.open("srvsvc", readWrite, noDirectory) // a pipe, to talk through
	if !ok {
		return nil, nil
	}
	s.transceive(tree, file, dcerpcBind())
	answer := s.transceive(tree, file, dcerpcRequest(netShareEnum, netShareEnumAll(host)))
	return parseShares(answer)
}

// transceive sends to a pipe and reads from it.
func (s *smbTalk) transceive(tree uint32, file, what string) []byte {
	s.tree = tree
	answer := s.send(smbIoctl, []byte(le(16, 57, 0)+le(32, 0x0011c017)+file+le(32, 64+56, uint32(len(what)), 0, 0, 0, 32<<10, 1, 0)+what))
	if s.status != smbOK || len(answer) < 48 {
		return nil
	}
	at, n := int64(binary.LittleEndian.Uint32(answer[32:]))-64, int64(binary.LittleEndian.Uint32(answer[36:]))
	if at < 48 || at+n > int64(len(answer)) {
		return nil
	}
	return answer[at : at+n]
}

// speaksSMB1 offers the last version of SMB 1 alone (MS-CIFS, 2.2.4.52).
func (v *Visit) speaksSMB1(ctx context.Context) bool {
	c := v.call(ctx)
	defer c.hang()
	dialect := "\x02NT LM 0.12\x00"
	c.say(inNetBIOS([]byte("\xffSMB\x72\x00\x00\x00\x00\x18\x01\x48" + strings.Repeat("\x00", 12) + "\xff\xff\xff\xfe\x00\x00\x00\x00" + "\x00" + le(16, uint32(len(dialect))) + dialect)))
	b := c.frame()
	return len(b) >= 35 && string(b[:5]) == "\xffSMB\x72" && b[32] == 17 && b[33] == 0 && b[34] == 0
}

// smbStatus names what a server said.
func smbStatus(status uint32) string {
	switch status {
	case 0xc0000022:
		return "ACCESS_DENIED"
	case 0xc000006d:
		return "LOGON_FAILURE"
	case 0xc0000072:
		return "ACCOUNT_DISABLED"
	case 0xc00000cc:
		return "BAD_NETWORK_NAME"
	case 0xc000006e:
		return "ACCOUNT_RESTRICTION"
	}
	return fmt.Sprintf("status %08x", status)
}

// le are numbers of 16 or 32 bits, the low byte first.
func le(bits int, numbers ...uint32) string {
	var b []byte
	for _, n := range numbers {
		if b = binary.LittleEndian.AppendUint32(b, n); bits == 16 {
			b = b[:len(b)-2]
		}
	}
	return string(b)
}

var smbOne = Check{
	ID: "smb.v1", Word: portlore.Check,
	Evidence: both("still speaks SMB 1 (NT LM 0.12)", "仍支持 SMB 1（NT LM 0.12）"),
	Means: both("The version of WannaCry: no protection against tampering, and holes that worms know. Windows has not installed it since 2017.",
		"WannaCry 利用的就是这个版本：不防篡改，漏洞早被蠕虫掌握。Windows 自 2017 年起已默认不装。"),
	Do: both("Turn it off (Windows: Disable-WindowsOptionalFeature -FeatureName SMB1Protocol; Samba: server min protocol = SMB2). Old scanners and copiers may be what still needs it.",
		"关掉它（Windows：Disable-WindowsOptionalFeature -FeatureName SMB1Protocol；Samba：server min protocol = SMB2）。还需要它的多半是老式扫描仪、复印机。"),
}

var smbSigning = Check{
	ID: "smb.signing", Word: portlore.Check,
	Evidence: both("signing is not required", "未强制签名"),
	Means: both("Whoever can get in between can use the login of another for himself (relay). It is how Samba comes, and how Windows came before 11 24H2.",
		"能插到中间的人可冒用他人的登录（中继攻击）。Samba 默认如此，Windows 11 24H2 之前也是。"),
	Do: both("Require it (Samba: server signing = mandatory; Windows: Set-SmbServerConfiguration -RequireSecuritySignature $true).",
		"强制签名（Samba：server signing = mandatory；Windows：Set-SmbServerConfiguration -RequireSecuritySignature $true）。"),
}

func smbNull(shares []string) Check {
	c := Check{
		ID: "smb.null_session", Word: portlore.Note,
		Evidence: both("a session without a name gets IPC$", "空会话可连接 IPC$"),
		Means:    both("Strangers may ask some questions without a login. Samba comes so; it listed no shares.", "陌生人不登录也能问一些问题。Samba 默认如此；没有列出共享。"),
		Do:       both("Set restrict anonymous = 2 (Samba), or RestrictAnonymous = 1 (Windows), if nothing old needs it.", "若没有老系统依赖，设 restrict anonymous = 2（Samba）或 RestrictAnonymous = 1（Windows）。"),
	}
	if len(shares) > 0 {
		c.Word = portlore.Check
		c.Evidence = both("lists its shares without a login: %s", "免登录列出共享：%s", quote(strings.Join(shares, " ")))
		c.Means = both("Strangers see the names of all shares, and often users too: the first step of who wants in.", "陌生人能看到全部共享名，往往还有用户名，这是入侵的第一步。")
	}
	return c
}

func smbGuest(a smbAccess) Check {
	c := Check{
		ID: "smb.guest", Word: portlore.Check,
		Evidence: both("lets an unknown user in as guest", "未知用户按来宾放行"),
		Means: both("Whoever reaches it is let in without a password. No share was open to the guest; one that is made so later will be.",
			"能连上的人不用口令就能进。目前没有对来宾开放的共享，但以后设错一个就敞开了。"),
		Do: both("Set map to guest = Never and guest ok = no (Samba), or turn the guest account off (Windows).", "设 map to guest = Never、guest ok = no（Samba），或停用来宾账户（Windows）。"),
	}
	switch {
	case a.writes:
		c.Word = portlore.Fix
		c.Evidence = both("no password: a guest may write to %s", "无口令：来宾可写入共享 %s", quote(a.disk))
		c.Means = both("Anyone who reaches it can read, change, encrypt and delete what lies there, and leave programs for others to open. Nothing was written to try it: the server granted the right.",
			"能连上的人都可读取、改动、加密、删除其中的文件，或放置程序等人打开。没有实际写入：服务器已授予写入权限。")
	case a.disk != "":
		c.Evidence = both("no password: a guest gets the share %s", "无口令：来宾可打开共享 %s", quote(a.disk))
		c.Means = both("Anyone who reaches it can read what lies there. For a folder that is meant for all that is right.", "能连上的人都可读取其中的文件。若本就是公共文件夹，属正常。")
	}
	return c
}

// isShown says that a share is not hidden.
func isShown(name string) bool { return name != "" && !strings.HasSuffix(name, "$") }
