"""Reads event files of TensorBoard with Google's protobuf, and prints the events of each as a line of JSON.

The messages are those of tensorflow/core/util/event.proto, framework/summary.proto, framework/tensor.proto and
tensorboard/plugins/hparams/plugin_data.proto; the check is computed bit by bit, as RFC 3720 has CRC-32C.
"""
import json
import struct
import sys

from google.protobuf import descriptor_pb2, descriptor_pool, json_format, struct_pb2

try:
    from google.protobuf.message_factory import GetMessageClass
except ImportError:
    from google.protobuf.message_factory import MessageFactory

    GetMessageClass = MessageFactory().GetPrototype

F = descriptor_pb2.FieldDescriptorProto
TYPES = {"double": F.TYPE_DOUBLE, "float": F.TYPE_FLOAT, "int64": F.TYPE_INT64, "int32": F.TYPE_INT32,
         "string": F.TYPE_STRING, "bytes": F.TYPE_BYTES}
MESSAGES = {
    "Event": [("wall_time", 1, "double"), ("step", 2, "int64"), ("file_version", 3, "string"), ("summary", 5, "Summary"),
              ("session_log", 7, "SessionLog")],
    "SessionLog": [("status", 1, "int32")],
    "Summary": [("value", 1, "Value", True)],
    "Value": [("tag", 1, "string"), ("simple_value", 2, "float"), ("histo", 5, "Histogram"), ("tensor", 8, "Tensor"),
              ("metadata", 9, "Metadata")],
    "Metadata": [("plugin_data", 1, "PluginData")],
    "PluginData": [("plugin_name", 1, "string"), ("content", 2, "bytes")],
    "Histogram": [("min", 1, "double"), ("max", 2, "double"), ("num", 3, "double"), ("sum", 4, "double"),
                  ("sum_squares", 5, "double"), ("bucket_limit", 6, "double", True), ("bucket", 7, "double", True)],
    "Tensor": [("dtype", 1, "int32"), ("tensor_shape", 2, "Shape"), ("float_val", 5, "float", True),
               ("string_val", 8, "bytes", True)],
    "Shape": [("dim", 2, "Dim", True)],
    "Dim": [("size", 1, "int64")],
    "HParams": [("version", 1, "int32"), ("session_start_info", 3, "Start"), ("session_end_info", 4, "End")],
    "Start": [("hparams", 1, "Entry", True), ("start_time_secs", 5, "double")],
    "Entry": [("key", 1, "string"), ("value", 2, ".google.protobuf.Value")],
    "End": [("status", 1, "int32"), ("end_time_secs", 2, "double")],
}

file = descriptor_pb2.FileDescriptorProto(name="events.proto", package="t", syntax="proto3",
                                          dependency=["google/protobuf/struct.proto"])
for name, fields in MESSAGES.items():
    message = file.message_type.add(name=name)
    for field, number, kind, *repeated in fields:
        made = message.field.add(name=field, number=number, label=F.LABEL_REPEATED if repeated else F.LABEL_OPTIONAL)
        if kind in TYPES:
            made.type = TYPES[kind]
        else:
            made.type = F.TYPE_MESSAGE
            made.type_name = kind if kind.startswith(".") else ".t." + kind
pool = descriptor_pool.Default()
struct_pb2.Value()
pool.Add(file) if hasattr(pool, "Add") else pool.AddSerializedFile(file.SerializeToString())
message = lambda name: GetMessageClass(pool.FindMessageTypeByName("t." + name))


def masked(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


for path in sys.argv[1:]:
    data = open(path, "rb").read()
    events, at = [], 0
    while at < len(data):
        length, check = struct.unpack_from("<QI", data, at)
        assert check == masked(data[at:at + 8]), "the check of a length"
        body = data[at + 12:at + 12 + length]
        assert struct.unpack_from("<I", data, at + 12 + length)[0] == masked(body), "the check of an event"
        at += 16 + length
        event = message("Event").FromString(body)
        plain = json_format.MessageToDict(event, preserving_proto_field_name=True)
        for value, shown in zip(event.summary.value, plain.get("summary", {}).get("value", [])):
            if value.metadata.plugin_data.plugin_name == "hparams":
                hparams = message("HParams").FromString(value.metadata.plugin_data.content)
                shown["hparams"] = json_format.MessageToDict(hparams, preserving_proto_field_name=True)
        events.append(plain)
    print(json.dumps(events))
