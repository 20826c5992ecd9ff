// An S3 server on loopback for tests and benchmarks: the S3 Gateway of Versity over plain files, and nothing
// else of it. It checks every signature.
//
//	s3_server ADDRESS:PORT FOLDER
//
// The credentials are in ROOT_ACCESS_KEY and ROOT_SECRET_KEY. Each folder in FOLDER is a bucket.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/embedgw"
)

func serve(address, folder string) error {
	storage, err := posix.New(folder, meta.XattrMeta{}, posix.PosixOpts{Concurrency: 4096})
	if err != nil {
		return err
	}
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer cancel()
	return embedgw.RunVersityGW(stop, storage, &embedgw.Config{
		RootUserAccess:    os.Getenv("ROOT_ACCESS_KEY"),
		RootUserSecret:    os.Getenv("ROOT_SECRET_KEY"),
		Ports:             []string{address},
		KeepAlive:         true,
		Quiet:             true,
		MaxConnections:    4096,
		MaxRequests:       4096,
		MultipartMaxParts: 10000,
	})
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: s3_server ADDRESS:PORT FOLDER")
		os.Exit(2)
	}
	if err := serve(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}
