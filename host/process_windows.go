package host

import (
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/portlore/portlore"
)

// A winPeople knows the processes and the services that run in them.
type winPeople struct {
	all      map[int]psLine
	services map[uint32]string
}

func newWinPeople() *winPeople {
	p := &winPeople{all: map[int]psLine{}, services: map[uint32]string{}}
	snapshot, err := windows.CreateToolhelp32Snapshot(windows.TH32CS_SNAPPROCESS, 0)
	if err != nil {
		return p // the owners are then known by their numbers alone
	}
	defer windows.CloseHandle(snapshot)
	entry := windows.ProcessEntry32{Size: uint32(unsafe.Sizeof(windows.ProcessEntry32{}))}
	for err = windows.Process32First(snapshot, &entry); err == nil; err = windows.Process32Next(snapshot, &entry) {
		q := psLine{parent: int(entry.ParentProcessID)}
		q.PID = int(entry.ProcessID)
		q.Name = windows.UTF16ToString(entry.ExeFile[:])
		p.all[q.PID] = q
	}
	p.readServices()
	return p
}

// readServices asks the service control manager which process runs which service.
func (p *winPeople) readServices() {
	manager, err := windows.OpenSCManager(nil, nil, windows.SC_MANAGER_ENUMERATE_SERVICE)
	if err != nil {
		return
	}
	defer windows.CloseServiceHandle(manager)
	b := make([]byte, 256<<10) // the most that EnumServicesStatusEx gives at once
	var need, n uint32
	err = windows.EnumServicesStatusEx(manager, windows.SC_ENUM_PROCESS_INFO, windows.SERVICE_WIN32, windows.SERVICE_ACTIVE, &b[0], uint32(len(b)), &need, &n, nil, nil)
	if err != nil {
		return
	}
	for _, s := range unsafe.Slice((*windows.ENUM_SERVICE_STATUS_PROCESS)(unsafe.Pointer(&b[0])), n) {
		id, name := s.ServiceStatusProcess.ProcessId, windows.UTF16PtrToString(s.ServiceName)
		if p.services[id] != "" {
			name = p.services[id] + " " + name
		}
		p.services[id] = name
	}
}

// kernelID is the process that stands for the kernel, which serves SMB and
// HTTP.sys itself.
const kernelID = 4

func (p *winPeople) process(id uint32) portlore.DoorProcess {
	q := p.all[int(id)].DoorProcess
	q.PID, q.Unit = int(id), p.services[id]
	if id == kernelID {
		return portlore.DoorProcess{Name: "System", Hidden: portlore.HiddenKernel}
	}
	if id == 0 {
		return portlore.DoorProcess{Hidden: portlore.HiddenGone}
	}
	// A parent may have ended, and its number may be another's by now.
	q.Parents = startChain(p.all, p.all[int(id)].parent)
	h, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, id)
	if err != nil {
		return q // another user's: name and number are known all the same
	}
	defer windows.CloseHandle(h)
	path := make([]uint16, windows.MAX_LONG_PATH)
	n := uint32(len(path))
	if windows.QueryFullProcessImageName(h, 0, &path[0], &n) == nil {
		q.Exe = windows.UTF16ToString(path[:n])
	}
	var created, exited, kernel, user windows.Filetime
	if windows.GetProcessTimes(h, &created, &exited, &kernel, &user) == nil {
		q.Started = time.Unix(0, created.Nanoseconds()).UTC().Format(time.RFC3339)
	}
	q.User = winUser(h)
	q.Command = winCommand(h)
	return q
}

func winUser(h windows.Handle) string {
	var token windows.Token
	if windows.OpenProcessToken(h, windows.TOKEN_QUERY, &token) != nil {
		return ""
	}
	defer token.Close()
	user, err := token.GetTokenUser()
	if err != nil {
		return ""
	}
	name, domain, _, err := user.User.Sid.LookupAccount("")
	if err != nil {
		return user.User.Sid.String()
	}
	return domain + `\` + name
}

// winCommand asks for the command line (ProcessCommandLineInformation, since
// Windows 8.1): a UNICODE_STRING that points behind itself.
func winCommand(h windows.Handle) string {
	b := make([]byte, 64<<10+unsafe.Sizeof(windows.NTUnicodeString{}))
	var n uint32
	if windows.NtQueryInformationProcess(h, windows.ProcessCommandLineInformation, unsafe.Pointer(&b[0]), uint32(len(b)), &n) != nil {
		return ""
	}
	command := (*windows.NTUnicodeString)(unsafe.Pointer(&b[0])).String()
	return command[:min(len(command), maxCommand)]
}
