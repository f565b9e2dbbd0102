package host

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"

	"golang.org/x/sys/unix"

	"github.com/portlore/portlore/internal/netlink"

	"github.com/portlore/portlore/host/firewall"
)

// readRules reads the packet filter of the thread's network namespace. The
// kernel says first whether there is any, so that nothing is run for the many
// namespaces without rules; then the tools translate it, because they alone know
// their own extensions.
func readRules(ctx context.Context) (*firewall.Ruleset, error) {
	all := &firewall.Ruleset{}
	tables, err := nftTables()
	if errors.Is(err, unix.EPERM) { // nfnetlink_rcv in net/netfilter/nfnetlink.c asks for CAP_NET_ADMIN
		return nil, errNoPermission
	}
	if err == nil && tables > 0 { // an error: a kernel without nf_tables
		if all, err = readNFT(ctx, tables); err != nil {
			return nil, err
		}
	}
	for _, name := range []string{"iptables", "ip6tables"} {
		if !hasLegacy(name) {
			continue
		}
		text, err := tool(ctx, name+"-legacy-save")
		if errors.Is(err, exec.ErrNotFound) {
			text, err = tool(ctx, name+"-save")
		}
		if err != nil {
			return nil, err
		}
		more, err := firewall.ParseIPTables(text, name == "ip6tables")
		if err != nil {
			return nil, err
		}
		all.Chains = append(all.Chains, more.Chains...)
	}
	return all, nil
}

// readNFT reads the rules of nf_tables by nft, and those that iptables put there
// by iptables.
func readNFT(ctx context.Context, tables int) (*firewall.Ruleset, error) {
	all := &firewall.Ruleset{}
	text, err := tool(ctx, "nft", "-j", "list", "ruleset")
	missing := errors.Is(err, exec.ErrNotFound)
	if err == nil {
		words, _ := tool(ctx, "nft", "-a", "-s", "-t", "list", "ruleset") // without it rules go by their handles
		all, err = firewall.ParseNFT(text, words)
	}
	if err != nil && !missing {
		return nil, err
	}
	for _, name := range []string{"iptables", "ip6tables"} {
		if !missing && !all.Opaque() {
			break
		}
		more, err := nftSave(ctx, name)
		if err != nil {
			continue // nft's own reading stays, and says what it does not understand
		}
		all.Replace(more)
	}
	if n := all.Tables(); missing && n < tables {
		return nil, fmt.Errorf("nft is not installed, and iptables-save shows %d of %d tables", n, tables)
	}
	return all, nil
}

// nftSave reads what the iptables that writes to nf_tables has there. A plain
// iptables-save may be the other one: its first line says which it is.
func nftSave(ctx context.Context, name string) (*firewall.Ruleset, error) {
	text, err := tool(ctx, name+"-nft-save")
	if errors.Is(err, exec.ErrNotFound) {
		text, err = tool(ctx, name+"-save")
		if first, _, _ := bytes.Cut(text, []byte("\n")); err == nil && !bytes.Contains(first, []byte("nf")) {
			return nil, exec.ErrNotFound
		}
	}
	if err != nil {
		return nil, err
	}
	return firewall.ParseIPTables(text, name == "ip6tables")
}

// nftTables counts the tables of nf_tables.
func nftTables() (n int, err error) {
	request := []byte{unix.AF_UNSPEC, unix.NFNETLINK_V0, 0, 0} // struct nfgenmsg
	err = netlink.Dump(unix.NETLINK_NETFILTER, unix.NFNL_SUBSYS_NFTABLES<<8|unix.NFT_MSG_GETTABLE, request, func([]byte) { n++ })
	return n, err
}

// hasLegacy says whether the old packet filter of iptables or ip6tables is in use.
func hasLegacy(name string) bool {
	file := map[string]string{"iptables": "ip_tables_names", "ip6tables": "ip6_tables_names"}[name]
	text, _ := os.ReadFile(netDir + file)
	return len(bytes.TrimSpace(text)) > 0
}

// toolTime bounds a tool that hangs, such as one that waits for a lock.
const toolTime = 5 * time.Second

// tool runs a program of the system, from the system's directories only: with
// the superuser's rights nothing is looked up in PATH.
func tool(ctx context.Context, name string, args ...string) ([]byte, error) {
	for _, dir := range []string{"/usr/sbin/", "/sbin/", "/usr/bin/", "/run/current-system/sw/bin/"} {
		if _, err := os.Stat(dir + name); err != nil {
			continue
		}
		ctx, stop := context.WithTimeout(ctx, toolTime)
		defer stop()
		cmd := exec.CommandContext(ctx, dir+name, args...)
		cmd.Env = []string{"LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"}
		var complaint bytes.Buffer
		cmd.Stderr = &complaint
		text, err := cmd.Output()
		if err != nil {
			first, _, _ := bytes.Cut(complaint.Bytes(), []byte("\n"))
			return nil, fmt.Errorf("%s: %w: %s", dir+name, err, first)
		}
		return text, nil
	}
	return nil, exec.ErrNotFound
}
