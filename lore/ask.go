package lore

import (
	"strings"
	"unicode"
)

// wordsIn takes a question apart at spaces, at punctuation, and between Latin and
// Chinese: "mysql数据库" is two words. What joins the parts of a name or a number
// stays in it: "ms-sql", "20-25/tcp". All is folded.
func wordsIn(s string) []string {
	type script int
	const (
		none script = iota
		latin
		han
	)
	var list []string
	var word []rune
	last := none
	end := func() {
		if w := strings.Trim(string(word), ".'"); fold(w) != "" {
			list = append(list, w)
		}
		word = word[:0]
	}
	for _, r := range s {
		is := none
		switch r = foldRune(r); {
		case unicode.Is(unicode.Han, r):
			is = han
		case unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-./'_+", r):
			is = latin
		}
		if is != last {
			end()
		}
		if last = is; is != none {
			word = append(word, r)
		}
	}
	end()
	return list
}

// bare is a question without what only makes it one: "what port does redis
// use" and "redis 的端口是多少" ask for redis, "冰河木马" for 冰河.
func bare(words []string) []string {
	var list []string
	for _, w := range words {
		w = strings.TrimSuffix(w, "'s") // what's
		if w = trimFillers(w); w != "" && !filler(w) {
			list = append(list, w)
		}
	}
	return list
}

// filler says whether an English word says nothing about which port is meant.
func filler(word string) bool {
	switch word {
	case "a", "about", "an", "and", "are", "by", "can", "do", "does", "for", "from", "how", "i", "in", "is", "it", "its",
		"me", "mean", "means", "meaning", "my", "of", "on", "should", "something", "tell", "that", "the", "there", "this",
		"to", "what", "whats", "where", "which", "who", "why", "with", "you":
		return true
	case "port", "ports", "number", "numbers", "service", "services", "program", "programs", "process", "protocol",
		"application", "app", "software", "default", "standard", "common":
		return true
	case "use", "uses", "used", "using", "listen", "listens", "listening", "run", "runs", "running", "open", "opens",
		"close", "closed", "block", "blocked", "allow", "expose", "safe", "dangerous", "needed", "need", "needs":
		return true
	case "trojan", "trojans", "worm", "worms", "virus", "malware", "ransomware", "botnet", "bot", "backdoor", "exploit",
		"server", "client", "daemon", "database", "db":
		return true
	}
	return false
}

// trimFillers takes such words off both ends of a run of Chinese characters,
// where no space shows them; longer ones go first.
func trimFillers(s string) string {
	fillers := [...]string{
		"是干什么的", "是做什么的", "干什么", "做什么", "有什么用", "什么意思", "为什么", "什么", "哪一个", "哪个", "哪些", "多少", "谁",
		"连接埠", "通讯埠", "端口号", "端口", "埠", "号", "默认", "缺省", "标准", "常用", "程序", "软件", "进程", "服务器", "服务", "协议", "数据库",
		"在用", "使用", "占用", "监听", "如何", "怎么", "怎样", "关闭", "打开", "开放", "安全", "危险", "吗", "呢", "请问", "一下", "查",
		"木马", "病毒", "蠕虫", "后门", "僵尸网络", "勒索软件", "漏洞",
		"是", "在", "用", "的", "会", "被", "有", "个",
	}
	for i := 0; i < len(fillers) && s != ""; i++ {
		if t := strings.TrimSuffix(strings.TrimPrefix(s, fillers[i]), fillers[i]); t != s {
			s, i = t, -1 // from the longest on
		}
	}
	return s
}
