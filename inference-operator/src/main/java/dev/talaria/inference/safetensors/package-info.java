/// Hugging Face model folders: safetensors files, single or sharded, and the JSON beside them.
///
/// The format of a file is that of the safetensors specification: eight bytes of length, a header
/// of JSON, the tensors without gaps. Files are untrusted: whatever their bytes, opening them
/// succeeds or ends in a [MalformedFolderException] with a position, within memory bounded by
/// limits that no published model comes near. What the values mean for a model is not known here.
package dev.talaria.inference.safetensors;
