// Checks receipts, checkpoints and tiles of a Nejtack log with Go's own note and
// tlog packages (golang.org/x/mod/sumdb), which know nothing of Nejtack.
//
//	check KEY RECEIPT...                 receipts, offline
//	check -tiles DIR KEY OLD NEW RECEIPT...
//
// The second form also reads the log's tiles: that NEW is a checkpoint of the tree
// they make, that the tree of the checkpoint OLD is a part of it, and that the
// entry of each receipt stands in it.
package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	log.SetFlags(0)
	tiles := flag.String("tiles", "", "the folder of the log's tiles")
	flag.Parse()
	verifier, err := note.NewVerifier(strings.TrimSpace(read(flag.Arg(0))))
	must(err, "the key")
	receipts := flag.Args()[1:]
	var reader tlog.HashReader
	var newest tlog.Tree
	if *tiles != "" {
		old := checkpoint(verifier, read(receipts[0]))
		newest = checkpoint(verifier, read(receipts[1]))
		receipts = receipts[2:]
		reader = tlog.TileHashReader(newest, folder(*tiles))
		root, err := tlog.TreeHash(newest.N, reader)
		must(err, "the root")
		if root != newest.Hash {
			log.Fatal("the tiles make another root than the checkpoint signs")
		}
		proof, err := tlog.ProveTree(newest.N, old.N, reader)
		must(err, "the older tree")
		must(tlog.CheckTree(proof, newest.N, newest.Hash, old.N, old.Hash), "the older tree")
		fmt.Printf("a tree of %d entries holds the one of %d\n", newest.N, old.N)
	}
	for _, file := range receipts {
		index, leaf, entry := receipt(verifier, read(file))
		if reader != nil {
			proof, err := tlog.ProveRecord(newest.N, index, reader)
			must(err, file)
			must(tlog.CheckRecord(proof, newest.N, newest.Hash, index, leaf), file)
		}
		fmt.Printf("%s: good: %s\n", filepath.Base(file), entry)
	}
}

// A receipt (c2sp.org/tlog-proof): number and hash of its leaf, and the entry.
func receipt(verifier note.Verifier, text string) (int64, tlog.Hash, string) {
	head, signed, found := strings.Cut(text, "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		log.Fatal("this is no receipt")
	}
	var extra struct {
		Entry string
		Salt  []byte
	}
	data, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	must(err, "extra")
	must(json.Unmarshal(data, &extra), "extra")
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	must(err, "index")
	var proof tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		must(err, "proof")
		proof = append(proof, hash)
	}
	data2 := sha256.Sum256(append([]byte(extra.Entry), extra.Salt...))
	leaf := tlog.RecordHash(data2[:])
	tree := checkpoint(verifier, signed)
	must(tlog.CheckRecord(proof, tree.N, tree.Hash, index, leaf), "the proof")
	return index, leaf, extra.Entry
}

// A checkpoint (c2sp.org/tlog-checkpoint) whose signature is good.
func checkpoint(verifier note.Verifier, text string) tlog.Tree {
	opened, err := note.Open([]byte(text), note.VerifierList(verifier))
	must(err, "the checkpoint")
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		log.Fatal("the checkpoint is of another log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err, "the checkpoint's size")
	hash, err := tlog.ParseHash(lines[2])
	must(err, "the checkpoint's root")
	return tlog.Tree{N: size, Hash: hash}
}

// Tiles in files named as c2sp.org/tlog-tiles names them, 256 hashes wide.
type folder string

func (f folder) Height() int { return 8 }

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		// Go's paths say the height first.
		path := strings.TrimPrefix(tile.Path(), "tile/8/")
		data, err := os.ReadFile(filepath.Join(string(f), path))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func read(file string) string {
	data, err := os.ReadFile(file)
	must(err, "reading")
	return string(data)
}

func must(err error, what string) {
	if err != nil {
		log.Fatalf("%s: %v", what, err)
	}
}
