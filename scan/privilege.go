package scan

// CanSYN says why a SYN scan is not possible here; nil: it is. Nothing is sent.
func CanSYN() error {
	w, err := openWire()
	if err != nil {
		return err
	}
	w.close()
	return nil
}
