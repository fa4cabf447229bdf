/// An operator around another one: answers kept on disk, and shared while they are computed.
package dev.talaria.inference.cached;
