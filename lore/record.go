package lore

import "github.com/portlore/portlore"

// Record is one line of the IANA registry of service names and port numbers,
// its transports put together.
type Record struct {
	From         uint16     `json:"from"`
	To           uint16     `json:"to"`
	Transport    Transports `json:"transport"` // empty: said of the number, not of a transport
	Status       string     `json:"status"`    // assigned; noted: used widely without being assigned; reserved; unassigned; deregistered
	Name         string     `json:"name"`      // empty unless assigned
	Description  string     `json:"description"`
	Reference    string     `json:"reference"`    // RFC numbers, "RFC4250 RFC4251"; empty: none
	Registered   string     `json:"registered"`   // year-month-day; empty: not said
	Modified     string     `json:"modified"`     // year-month-day; empty: not said
	Unauthorised string     `json:"unauthorised"` // who uses the port without a registration; empty: nothing is noted
}

func (r *Record) code(c *coder) {
	num(c, &r.From)
	num(c, &r.To)
	c.protos(&r.Transport)
	for _, p := range []*string{&r.Status, &r.Name, &r.Description, &r.Reference, &r.Registered, &r.Modified, &r.Unauthorised} {
		c.str(p)
	}
}

// Records is what the registry says of a port; of one transport, or of any
// when proto is zero. Most of the dynamic range and many other ports have no
// record.
func (b *Base) Records(proto portlore.Proto, port uint16) []Record {
	var found []Record
	b.iana.byPort(portRecords, port, func(c *coder) bool {
		var r Record
		r.code(c)
		if r.Transport.Has(proto) {
			found = append(found, r)
		}
		return true
	})
	return found
}

// RegistryDate is the day of the registry, year-month-day; empty when the file
// that was imported did not say.
func (b *Base) RegistryDate() string { return string(b.iana.section(registryDate)) }

// Registry is every record, in the order of their first port.
func (b *Base) Registry() []Record { return distinct(b.iana, portRecords, (*Record).code) }
