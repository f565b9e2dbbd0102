package detect_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/detect"
	"github.com/portlore/portlore/lore"
)

// socket is a door that a host lists; scanned is one that answered a scan.
func socket(address, proto string, port uint16, program string) portlore.Door {
	d := portlore.Door{Address: address, Proto: proto, Port: port, State: "open"}
	if program != "" {
		d.Process = portlore.DoorProcess{Name: program, PID: 7}
	}
	if address == "127.0.0.1" {
		d.Reach = "loopback"
	}
	return d
}

func scanned(address string, port uint16, state, service, proof string) portlore.Door {
	return portlore.Door{Address: address, Proto: "tcp", Port: port, State: state, Answered: true, Service: portlore.DoorService{Name: service, Proof: proof}}
}

// What is said of doors, and above all what is not: a number is not a name, and
// what is ordinary is no alarm.
func TestDoors(t *testing.T) {
	base := lore.Open()
	for _, c := range []struct {
		what           string
		door           portlore.Door
		word           portlore.Word
		service, proof string
	}{
		{"a notorious number, an innocent owner", socket("127.0.0.1", "tcp", 31337, "python3"), portlore.Fine, "", "none"},
		{"the same for everybody", socket("0.0.0.0", "tcp", 31337, "python3"), portlore.Note, "", "none"},
		{"a notorious number of which nobody says whose", socket("0.0.0.0", "tcp", 31337, ""), portlore.Check, "", "none"},
		{"remote login", socket("0.0.0.0", "tcp", 22, "sshd"), portlore.Fine, "ssh", "process"},
		{"remote login where it is not at home", socket("::", "tcp", 6379, "sshd"), portlore.Fine, "ssh", "process"},
		{"a cut name", socket("*", "tcp", 6379, "redis-ser"), portlore.Check, "redis", "process"},
		{"a database for everybody", socket("0.0.0.0", "tcp", 5432, "postgres"), portlore.Check, "postgresql", "process"},
		{"a database for everybody at another number", socket("0.0.0.0", "tcp", 15999, "postgres"), portlore.Check, "postgresql", "process"},
		{"a database for this machine", socket("127.0.0.1", "tcp", 5432, "postgres"), portlore.Fine, "postgresql", "process"},
		{"a database for the inside", socket("192.168.1.5", "tcp", 5432, "postgres"), portlore.Note, "postgresql", "process"},
		{"a database, says the number", socket("0.0.0.0", "tcp", 5432, ""), portlore.Check, "postgresql", "number"},
		{"a public web site", socket("0.0.0.0", "tcp", 80, "nginx"), portlore.Fine, "http", "process"},
		{"a proxy", socket("0.0.0.0", "tcp", 3128, "squid"), portlore.Note, "squid", "process"},
		{"what every desktop has", socket("0.0.0.0", "udp", 5353, "avahi-daemon"), portlore.Fine, "mdns", "process"},
		{"what every Windows has", socket("0.0.0.0", "tcp", 445, ""), portlore.Note, "smb", "number"},
		{"a server of files", socket("0.0.0.0", "tcp", 445, "smbd"), portlore.Check, "smb", "process"},
		{"a dynamic port", socket("0.0.0.0", "tcp", 49664, ""), portlore.Fine, "", "none"},
		{"a client", socket("0.0.0.0", "udp", 40001, "chrome"), portlore.Fine, "", "none"},
		{"a namespace of somebody else", portlore.Door{Address: "0.0.0.0", Proto: "tcp", Port: 2024, State: "open", Process: portlore.DoorProcess{Hidden: "namespace"}}, portlore.Check, "", "none"},
		{"a raw socket has no port", portlore.Door{Address: "0.0.0.0", Proto: "raw", Port: 23, State: "open"}, portlore.Note, "", "none"},
		{"one that a firewall keeps inside", portlore.Door{Address: "0.0.0.0", Proto: "tcp", Port: 6379, State: "open", Reach: "lan"}, portlore.Note, "redis", "number"},
		{"one that is known to be reached", portlore.Door{Address: "0.0.0.0", Proto: "tcp", Port: 6379, State: "open", Reach: "internet"}, portlore.Check, "redis", "number"},
		{"nobody knows it", socket("0.0.0.0", "tcp", 18080, "python3"), portlore.Note, "", "none"},

		{"closed", scanned("203.0.113.5", 23, "closed", "telnet", "number"), portlore.Fine, "telnet", "number"},
		{"filtered", scanned("203.0.113.5", 23, "filtered", "telnet", "number"), portlore.Fine, "telnet", "number"},
		{"silent", scanned("203.0.113.5", 161, "unknown", "snmp", "number"), portlore.Fine, "snmp", "number"},
		{"SSH that a scan saw", scanned("203.0.113.5", 22, "open", "ssh", "answer"), portlore.Fine, "ssh", "answer"},
		{"a database that a scan saw", scanned("203.0.113.5", 6379, "open", "redis", "answer"), portlore.Check, "redis", "answer"},
		{"a database that a scan saw inside", scanned("192.168.1.5", 6379, "open", "redis", "answer"), portlore.Note, "redis", "answer"},
		{"a database that answers itself", scanned("127.0.0.1", 6379, "open", "redis", "answer"), portlore.Note, "redis", "answer"},
		{"a database, a scan guesses", scanned("203.0.113.5", 6379, "open", "redis", "number"), portlore.Check, "redis", "number"},
		{"SSH where the number says HTTP", scanned("203.0.113.5", 8080, "open", "ssh", "answer"), portlore.Fine, "ssh", "answer"},
		{"HTTP at a notorious number", scanned("203.0.113.5", 31337, "open", "http", "answer"), portlore.Fine, "http", "answer"},
		{"a notorious number, a scan guesses", scanned("203.0.113.5", 31337, "open", "Elite", "number"), portlore.Check, "Elite", "number"},
		{"HTTP at the number of a panel", scanned("203.0.113.5", 10000, "open", "http", "answer"), portlore.Check, "http", "answer"},
		{"a shell that asks nobody", scanned("203.0.113.5", 4444, "open", "bindshell", "answer"), portlore.Fix, "bindshell", "answer"},
		{"a name of a table is no proof", scanned("203.0.113.5", 4444, "open", "bindshell", "number"), portlore.Check, "bindshell", "number"},
	} {
		for _, lang := range []portlore.Lang{portlore.English, portlore.Chinese} {
			got := detect.Doors(base, lang, []portlore.Door{c.door})[0]
			if got.Word != c.word || got.Service.Name != c.service || got.Service.Proof != c.proof {
				t.Errorf("%s: %s, %q by %q; want %s, %q by %q", c.what, got.Word, got.Service.Name, got.Service.Proof, c.word, c.service, c.proof)
			}
			if got.Why == "" || got.State == "open" && got.Means == "" || got.Word >= portlore.Check && len(got.Do) == 0 {
				t.Errorf("%s: says too little: %q %q %q", c.what, got.Why, got.Means, got.Do)
			}
			if c.proof == "number" && c.word >= portlore.Check && !strings.Contains(got.Means, map[portlore.Lang]string{portlore.English: "number", portlore.Chinese: "端口号"}[lang]) {
				t.Errorf("%s: a guess that is not called one: %s", c.what, got.Means)
			}
		}
	}
}

// A check that was made is worth more than what is known of a service.
func TestDoorsChecked(t *testing.T) {
	d := scanned("203.0.113.5", 21, "open", "ftp", "answer")
	d.Checks = []portlore.DoorCheck{{ID: "a", Word: portlore.Fine, Evidence: "x"}, {ID: "b", Word: portlore.Fix, Evidence: "anonymous login", Means: "m", Do: []string{"d"}}}
	got := detect.Doors(lore.Open(), portlore.English, []portlore.Door{d})[0]
	if got.Word != portlore.Fix || got.Why != "anonymous login" || got.Means != "m" || !slices.Equal(got.Do, []string{"d"}) {
		t.Errorf("%+v", got)
	}
}

// Where every port takes a connection and none says a word, nothing is known of any;
// one that did say what it is stays what it is.
func TestDoorsOfMiddlebox(t *testing.T) {
	doors := []portlore.Door{scanned("203.0.113.5", 6379, "open", "redis", "answer"), scanned("203.0.113.6", 6379, "open", "", "none")}
	for port := uint16(1); port <= 2000; port++ {
		doors = append(doors, scanned("203.0.113.5", port, "open", "", "none"))
	}
	for _, d := range detect.Doors(lore.Open(), portlore.English, doors) {
		want := portlore.Note
		if d.Port == 6379 {
			want = portlore.Check
		}
		if d.Word != want {
			t.Errorf("%s:%d: %s %s, want %s", d.Address, d.Port, d.Word, d.Why, want)
		}
	}
}

// What two tools say of one door is one door, whatever the order; what differs is
// kept apart.
func TestDoorsUnited(t *testing.T) {
	banner := scanned("203.0.113.5", 80, "open", "", "none")
	banner.Service.Banner = "hello"
	doors := []portlore.Door{
		scanned("203.0.113.5", 80, "open", "", "none"), scanned("203.0.113.5", 80, "open", "http", "number"), scanned("203.0.113.5", 80, "open", "http", "answer"), banner,
		scanned("203.0.113.5", 81, "open", "", "none"), scanned("203.0.113.6", 80, "closed", "", "none"), socket("0.0.0.0", "tcp", 80, "nginx"), socket("::", "tcp", 80, "nginx"),
	}
	want := detect.Doors(lore.Open(), portlore.English, doors)
	if len(want) != 5 {
		t.Fatalf("%d doors, want 5: %+v", len(want), want)
	}
	for i := range want {
		if d := &want[i]; d.Answered && d.Address == "203.0.113.5" && d.Port == 80 && (d.Service.Proof != "answer" || d.Service.Banner != "hello") {
			t.Errorf("%+v", d.Service)
		}
	}
	if rows := portlore.AlikeDoors(want); len(rows) != 4 {
		t.Errorf("people see %d doors, want 4", len(rows))
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		r.Shuffle(len(doors), func(i, j int) { doors[i], doors[j] = doors[j], doors[i] })
		if got := detect.Doors(lore.Open(), portlore.English, doors); !reflect.DeepEqual(got, want) {
			t.Fatalf("another order, another answer:\n%+v\n%+v", got, want)
		}
	}
}

// The first line is a verdict about both, and says nothing twice.
func TestDoorsSentence(t *testing.T) {
	base := lore.Open()
	ssh, redis := socket("0.0.0.0", "tcp", 22, "sshd"), socket("0.0.0.0", "tcp", 6379, "redis-server")
	quiet := portlore.Totals{Observations: 10}
	noise := []portlore.Noise{{Observations: 10}}
	for _, c := range []struct {
		doors  []portlore.Door
		totals portlore.Totals
		en, zh string
	}{
		{[]portlore.Door{ssh}, portlore.Totals{}, "Nothing here needs action. 1 door is open.", "没有需要处理的事。有 1 个端口开放。"},
		{[]portlore.Door{ssh, redis}, portlore.Totals{}, "1 to check of 2 open doors: 6379/tcp.", "2 个开放端口中，1 个须核实：6379/tcp。"},
		{[]portlore.Door{scanned("203.0.113.5", 22, "closed", "", "")}, portlore.Totals{}, "Nothing here needs action. No door is open.", "没有需要处理的事。没有开放的端口。"},
		{[]portlore.Door{ssh}, quiet, "Nothing here needs action. All of it is routine noise. 1 door is open.", "没有需要处理的事，全部是常见噪声。有 1 个端口开放。"},
		{[]portlore.Door{redis}, quiet, "1 to check of 1 open door: 6379/tcp. In the traffic, nothing needs action. All of it is routine noise.", "1 个开放端口中，1 个须核实：6379/tcp。流量方面没有需要处理的事，全部是常见噪声。"},
	} {
		for lang, want := range map[portlore.Lang]string{portlore.English: c.en, portlore.Chinese: c.zh} {
			r := portlore.Report{Doors: detect.Doors(base, lang, c.doors), Totals: c.totals}
			if c.totals.Observations > 0 {
				r.Noise = noise
			}
			if got := detect.Sentence(&r, lang); got != want {
				t.Errorf("%s\nwant\n%s", got, want)
			}
		}
	}
}

// The services that programs and scanners are said to be are those of lore.
func TestDoorPrograms(t *testing.T) {
	known := map[string]bool{}
	for _, e := range lore.Open().Entries() {
		known[e.Service] = true
	}
	for program, ids := range detect.Programs {
		for _, id := range ids {
			if !known[id] {
				t.Errorf("%s: no service is called %s", program, id)
			}
		}
	}
}
