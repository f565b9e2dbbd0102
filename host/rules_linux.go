package host

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"github.com/portlore/portlore/host/firewall"
)

// errNoPermission: the kernel shows the packet filter to the superuser only
// (nfnetlink_rcv in net/netfilter/nfnetlink.c asks for CAP_NET_ADMIN).
var errNoPermission = errors.New("permission")

// readRules reads the packet filter of the thread's network namespace. The
// kernel says first whether there is any, so that nothing is run for the many
// namespaces without rules; then the tools translate it, because they alone know
// their own extensions.
func readRules(ctx context.Context) (*firewall.Ruleset, error) {
	all := &firewall.Ruleset{}
	tables, err := nftTables()
	switch {
	case errors.Is(err, unix.EPERM):
		return nil, errNoPermission
	case err != nil:
		tables = 0 // a kernel without nf_tables
	}
	if tables > 0 {
		if all, err = readNFT(ctx); err != nil {
			return nil, err
		}
	}
	for _, v6 := range []bool{false, true} {
		name := map[bool]string{false: "iptables", true: "ip6tables"}[v6]
		if tables > 0 { // iptables may be a front of nf_tables: its own extensions are not in what nft prints
			if text, err := tool(ctx, name+"-nft-save"); err == nil {
				if err := merge(all, text, v6, true); err != nil {
					return nil, err
				}
			} else if text, err := tool(ctx, name+"-save"); err == nil {
				if err := merge(all, text, v6, true); err != nil {
					return nil, err
				}
			}
		}
		if len(legacyTables(v6)) > 0 {
			text, err := tool(ctx, name+"-legacy-save")
			if err != nil {
				text, err = tool(ctx, name+"-save")
			}
			if err != nil {
				return nil, fmt.Errorf("%s-save: %w", name, err)
			}
			if err := merge(all, text, v6, false); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

func readNFT(ctx context.Context) (*firewall.Ruleset, error) {
	text, err := tool(ctx, "nft", "-j", "list", "ruleset")
	if errors.Is(err, exec.ErrNotFound) { // only the rules of iptables can be told, if that is there
		if _, err := tool(ctx, "iptables-nft-save"); err == nil {
			return &firewall.Ruleset{}, nil
		}
	}
	if err != nil {
		return nil, fmt.Errorf("nft: %w", err)
	}
	words, _ := tool(ctx, "nft", "-a", "-t", "list", "ruleset") // without it rules go by their handles
	return firewall.ParseNFT(text, words)
}

// merge adds the rules of an iptables. Where nft printed the same tables, the
// better reading takes their place.
func merge(all *firewall.Ruleset, text []byte, v6, nft bool) error {
	more, err := firewall.ParseIPTables(text, v6)
	if err != nil {
		return err
	}
	if nft {
		all.Chains = slices.DeleteFunc(all.Chains, func(c *firewall.Chain) bool {
			return c.Tool == "nft" && slices.ContainsFunc(more.Chains, func(m *firewall.Chain) bool {
				return m.Family == c.Family && m.Table == c.Table && m.Name == c.Name
			})
		})
	}
	all.Chains = append(all.Chains, more.Chains...)
	return nil
}

// nftTables counts the tables of nf_tables.
func nftTables() (n int, err error) {
	request := []byte{unix.AF_UNSPEC, unix.NFNETLINK_V0, 0, 0} // struct nfgenmsg
	err = dump(unix.NETLINK_NETFILTER, unix.NFNL_SUBSYS_NFTABLES<<8|unix.NFT_MSG_GETTABLE, request, func([]byte) { n++ })
	return n, err
}

// legacyTables lists the tables of the old packet filter that are in use.
func legacyTables(v6 bool) [][]byte {
	text, _ := os.ReadFile(netDir + map[bool]string{false: "ip_tables_names", true: "ip6_tables_names"}[v6])
	return bytes.Fields(text)
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
