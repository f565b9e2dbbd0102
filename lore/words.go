package lore

import (
	"maps"
	"slices"

	"github.com/portlore/portlore"
)

// Words are the words by which Search finds each port and each threat, as fold
// leaves them and in order: names, aliases, families, pinyin and its initials. A
// Hit without its score says what they lead to. It is for an index that others
// search.
func (b *Base) Words() map[Hit][]string {
	found := map[Hit]map[string]bool{}
	add := func(h Hit, word string) {
		if found[h] == nil {
			found[h] = map[string]bool{}
		}
		found[h][word] = true
	}
	families := map[string][]uint16{}
	for _, e := range distinct(b.blob, portEntries, (*Entry).head) {
		families[e.Family] = append(families[e.Family], e.From)
	}
	for _, k := range all(b.blob, searchKeys, (*key).code) {
		switch k.Kind {
		case threatKey:
			add(Hit{Threat: k.ID}, k.Word)
		case familyKey:
			for _, port := range families[k.ID] {
				add(Hit{Port: port}, k.Word)
			}
		default:
			add(Hit{Port: k.Port}, k.Word)
		}
	}
	words := make(map[Hit][]string, len(found))
	for h, set := range found {
		words[h] = slices.Sorted(maps.Keys(set))
	}
	return words
}

// ThreatKind says in words what kind of threat an id of Threat.Kind means.
func ThreatKind(id string) portlore.Text {
	return map[string]portlore.Text{
		"rat":        {EN: "remote control trojan", ZH: "远程控制木马"},
		"backdoor":   {EN: "back door", ZH: "后门"},
		"worm":       {EN: "worm", ZH: "蠕虫"},
		"virus":      {EN: "virus", ZH: "病毒"},
		"bot":        {EN: "bot", ZH: "僵尸程序"},
		"stealer":    {EN: "password stealer", ZH: "窃密木马"},
		"ftp-server": {EN: "hidden FTP server", ZH: "隐藏的 FTP 服务端"},
		"proxy":      {EN: "proxy trojan", ZH: "代理木马"},
		"dos-agent":  {EN: "denial-of-service agent", ZH: "拒绝服务攻击端"},
		"toolkit":    {EN: "attack tool", ZH: "攻击工具"},
		"exploit":    {EN: "exploit", ZH: "漏洞利用程序"},
		"miner":      {EN: "coin miner", ZH: "挖矿木马"},
		"ransomware": {EN: "ransomware", ZH: "勒索软件"},
		"misnamed":   {EN: "no malware, though listed as such", ZH: "被误列，并非恶意软件"},
	}[id]
}

// PlatformName is an id of Threat.Platform in words; empty for any.
func PlatformName(id string) portlore.Text {
	return map[string]portlore.Text{
		"windows": {EN: "Windows", ZH: "Windows"},
		"unix":    {EN: "Unix", ZH: "Unix"},
		"linux":   {EN: "Linux", ZH: "Linux"},
		"macos":   {EN: "macOS", ZH: "macOS"},
		"iot":     {EN: "devices", ZH: "物联网设备"},
	}[id]
}
