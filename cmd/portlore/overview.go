package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/portlore/portlore"
)

// overview is the help without a verb. The list of verbs goes into the middle.
func overview() portlore.Text {
	return portlore.Text{
		EN: `portlore: what am I seeing, and must I do anything?

  portlore explain /var/log/ufw.log    a firewall log: the verdict first
  journalctl -k | portlore explain -   the kernel's log, or one pasted line
  sudo portlore listen                 who holds which port here, who reaches it
  portlore scan 192.168.1.0/24         open doors of your network, what is wrong
  portlore port 3128                   what a port is, who tries it, what to do
  portlore port redis 冰河 20-25       by service, trojan or range

%s
portlore VERB --help says more. --lang en|zh chooses the language, else the
environment does. Reading evidence never touches the network.
`,
		ZH: `portlore：看到的是什么？需要处理吗？

  portlore explain /var/log/ufw.log    解释防火墙日志，先给结论
  journalctl -k | portlore explain -   解释内核日志，或粘贴的一行
  sudo portlore listen                 本机各端口由谁占用、谁能访问
  portlore scan 192.168.1.0/24         自家网络开放了哪些端口、有没有问题
  portlore port 3128                   端口是什么、谁在试、该怎么办
  portlore port redis 冰河 20-25       按服务、木马或一段端口查

%s
各命令的说明见 portlore 命令 --help。语言用 --lang en|zh 指定，缺省取环境设置。
读取日志时绝不连接网络。
`,
	}
}

// printVersion says which portlore this is, and how old its port registry.
func printVersion(e *env) int {
	fmt.Fprintf(e.stdout, "portlore %s, %s %s/%s, IANA registry of %s\n",
		version(), runtime.Version(), runtime.GOOS, runtime.GOARCH, openLore(e).RegistryDate())
	return exitDone
}

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
