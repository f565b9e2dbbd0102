package iana

import (
	"bytes"
	"os"
	"reflect"
	"strings"
	"testing"
)

const officialXML = `<?xml version='1.0' encoding='UTF-8'?>
<registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers">
  <title>Registry</title>
  <updated>2026-08-17</updated>
  <!-- <record><number>1</number></record> -->
  <record updated="2024-12-20">
    <protocol>tcp</protocol>
    <description>Reserved</description>
    <number>0</number>
    <xref type="rfc" data="rfc6335"/>
  </record>
  <record date="2002-01">
    <name>NDL-AAS</name>
    <protocol>tcp</protocol>
    <description>Active   API
      Server &amp; more</description>
    <number>3128</number>
    <note>see <xref type="rfc" data="rfc1"/></note>
  </record>
  <record date="2002-01">
    <name>NDL-AAS</name>
    <protocol>udp</protocol>
    <description>Active API Server &#38; more</description>
    <number>3128</number>
  </record>
  <record><description>Unassigned</description><number>4-5</number></record>
  <record><description>Unassigned</description><number>6</number><unauthorized>Known Unauthorized Use on port 6</unauthorized></record>
  <record><name>no-port</name><protocol>tcp</protocol><description>x</description></record>
  <record><name>iscsi</name><protocol>tcp</protocol><description>iSCSI</description><number>860</number><note>This entry records an unassigned but widespread use</note></record>
  <record><protocol>udp</protocol><description>De-registered</description><number>7626</number></record>
  <people><person id="x"><updated>1999-01-01</updated></person></people>
</registry>
`

const officialCSV = `Service Name,Port Number,Transport Protocol,Description,Assignee,Contact,Registration Date,Modification Date,Reference,Service Code,Unauthorized Use Reported,Assignment Notes
,0,tcp,Reserved,,,,2024-12-20,[RFC6335],,,
NDL-AAS,3128,tcp,Active API Server & more,,,2002-01,,,,,see [RFC1]
NDL-AAS,3128,udp,"Active API
 Server & more",,,2002-01,,,,,
,4-5,,Unassigned,,,,,,,,
,6,,Unassigned,,,,,,,Known Unauthorized Use on port 6,
no-port,,tcp,x,,,,,,,,
iscsi,860,tcp,iSCSI,,,,,,,,This entry records an unassigned but widespread use
,7626,udp,De-registered,,,,,,,,
`

const compact = `# IANA Service Name and Transport Protocol Port Number Registry, CC0; generated, do not edit
# registry of 2026-08-17
# sha256 of the file it was read from: 
ports	transports	status	name	description	reference	registered	modified	unauthorised
0	tcp	reserved			RFC6335		2024-12-20	
6		unassigned						known
860	tcp	noted	iscsi	iSCSI				
3128	tcp,udp	assigned	NDL-AAS	Active API Server & more		2002-01		
7626	udp	deregistered						
`

func TestRead(t *testing.T) {
	for name, text := range map[string]string{"xml": officialXML, "csv": officialCSV} {
		g, err := Read(strings.NewReader(text))
		if err != nil {
			t.Fatal(name, err)
		}
		if name == "csv" {
			g.Date = "2026-08-17" // which the CSV does not say
		}
		var out bytes.Buffer
		if err := g.WriteTSV(&out); err != nil {
			t.Fatal(err)
		}
		if out.String() != compact {
			t.Errorf("%s: got\n%s\nwant\n%s", name, out.String(), compact)
		}
		again, err := ReadTSV(&out)
		if err != nil || !reflect.DeepEqual(again, g) {
			t.Errorf("%s: read again: %v\n got %+v\nwant %+v", name, err, again, g)
		}
	}
}

func TestReadErrors(t *testing.T) {
	for text, want := range map[string]string{
		"hello":                            "1:1: neither the XML nor the CSV of the IANA registry of service names and port numbers",
		"<a/>":                             "1:1: no record with a port in it",
		"<registry>\n  <record><number>80": "2:3: record without </record>",
		"<registry>\n <record><number>x</number></record>": `2:2: port number "x": want 0 to 65535, or a range`,
		"<registry>\n <record><number>1</name></record>":   "2:19: </name> closes <number>",
		"<registry\n":                                   "1:1: tag without >",
		"Service Name,Port Number\n":                    "1:1: want 12 columns, got 2",
		strings.Replace(officialCSV, "860", "99999", 1): `9:7: port number "99999": want 0 to 65535, or a range`,
		strings.Replace(officialCSV, "\"Active API\n", "Active\"API ", 1): `4:24: bare " in non-quoted-field`,
	} {
		if _, err := Read(strings.NewReader(text)); err == nil || err.Error() != want {
			t.Errorf("Read(%.40q): %v, want %s", text, err, want)
		}
	}
	for text, want := range map[string]string{
		"80\ttcp\n":                   "1:1: want 9 columns, got 2",
		"x\ttcp\t\t\t\t\t\t\t\n":      `1:1: "x": want a port or a range`,
		"# x\n80\tip\t\t\t\t\t\t\t\n": `2:4: "ip": want tcp, udp, sctp or dccp`,
	} {
		if _, err := ReadTSV(strings.NewReader(text)); err == nil || err.Error() != want {
			t.Errorf("ReadTSV(%q): %v, want %s", text, err, want)
		}
	}
}

// The table in the repository is the whole registry.
func TestTable(t *testing.T) {
	f, err := os.Open("../data/iana.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	g, err := ReadTSV(f)
	if err != nil {
		t.Fatal(err)
	}
	if g.Date == "" || len(g.SHA256) != 64 || len(g.Records) < 7000 {
		t.Errorf("registry of %q, sha256 %q, %d records", g.Date, g.SHA256, len(g.Records))
	}
}

func FuzzRead(f *testing.F) {
	f.Add(officialXML)
	f.Add(officialCSV)
	f.Fuzz(func(t *testing.T, text string) {
		g, err := Read(strings.NewReader(text))
		if err != nil {
			return
		}
		for _, r := range g.Records {
			if r.From > r.To {
				t.Errorf("%+v", r)
			}
		}
	})
}
