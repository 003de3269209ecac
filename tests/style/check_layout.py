#!/usr/bin/env python3
"""The public structs and numbers of include/ must be those of CPython 3.11's headers: compiled modules carry them in their code.

    check_layout.py INCLUDE [--reference /usr/include/python3.11] [--cc gcc]

One probe is compiled against both sets of headers; it prints each size, offset and constant, and the two outputs are compared.
Exit status 77 (skipped) where the reference headers aren't installed.
"""
import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

STRUCTS = {
    "PyObject": "ob_refcnt ob_type",
    "PyVarObject": "ob_base ob_size",
    "PyTypeObject": "tp_name tp_basicsize tp_itemsize tp_dealloc tp_vectorcall_offset tp_getattr tp_setattr tp_as_async tp_repr "
                    "tp_as_number tp_as_sequence tp_as_mapping tp_hash tp_call tp_str tp_getattro tp_setattro tp_as_buffer tp_flags "
                    "tp_doc tp_traverse tp_clear tp_richcompare tp_weaklistoffset tp_iter tp_iternext tp_methods tp_members "
                    "tp_getset tp_base tp_dict tp_descr_get tp_descr_set tp_dictoffset tp_init tp_alloc tp_new tp_free tp_is_gc "
                    "tp_bases tp_mro tp_cache tp_subclasses tp_weaklist tp_del tp_version_tag tp_finalize tp_vectorcall",
    "PyHeapTypeObject": "ht_type as_async as_number as_mapping as_sequence as_buffer ht_name ht_slots ht_qualname ht_cached_keys "
                        "ht_module",
    "PyNumberMethods": "nb_add nb_power nb_bool nb_int nb_float nb_inplace_add nb_inplace_or nb_floor_divide nb_index "
                       "nb_matrix_multiply nb_inplace_matrix_multiply",
    "PySequenceMethods": "sq_length sq_concat sq_repeat sq_item sq_ass_item sq_contains sq_inplace_concat sq_inplace_repeat",
    "PyMappingMethods": "mp_length mp_subscript mp_ass_subscript",
    "PyAsyncMethods": "am_await am_aiter am_anext am_send",
    "PyBufferProcs": "bf_getbuffer bf_releasebuffer",
    "Py_buffer": "buf obj len itemsize readonly ndim format shape strides suboffsets internal",
    "PyMethodDef": "ml_name ml_meth ml_flags ml_doc",
    "PyMemberDef": "name type offset flags doc",
    "PyGetSetDef": "name get set doc closure",
    "PyModuleDef": "m_base m_name m_doc m_size m_methods m_slots m_traverse m_clear m_free",
    "PyModuleDef_Base": "m_init m_index m_copy",
    "PyModuleDef_Slot": "slot value",
    "PyType_Slot": "slot pfunc",
    "PyType_Spec": "name basicsize itemsize flags slots",
    "PyLongObject": "ob_base ob_digit",
    "PyFloatObject": "ob_fval",
    "PyComplexObject": "cval",
    "PyTupleObject": "ob_item",
    "PyListObject": "ob_item allocated",
    "PyBytesObject": "ob_shash ob_sval",
    "PyByteArrayObject": "ob_alloc ob_bytes ob_start ob_exports",
    "PyASCIIObject": "length hash state wstr",
    "PyCompactUnicodeObject": "utf8_length utf8 wstr_length",
    "PyUnicodeObject": "data",
    "PyDictObject": "ma_used ma_version_tag ma_keys ma_values",
    "PySetObject": "fill used mask table hash finger smalltable weakreflist",
    "setentry": "key hash",
    "PySliceObject": "start stop step",
    "PyCFunctionObject": "m_ml m_self m_module m_weakreflist vectorcall",
    "PyCMethodObject": "func mm_class",
    "PyMethodObject": "im_func im_self im_weakreflist vectorcall",
    "PyInstanceMethodObject": "func",
    "PyFunctionObject": "func_globals func_builtins func_name func_qualname func_code func_defaults func_kwdefaults func_closure "
                        "func_doc func_dict func_weakreflist func_module func_annotations vectorcall func_version",
    "PyDescrObject": "d_type d_name d_qualname",
    "PyMethodDescrObject": "d_common d_method vectorcall",
    "PyMemberDescrObject": "d_common d_member",
    "PyGetSetDescrObject": "d_common d_getset",
    "PyWrapperDescrObject": "d_common d_base d_wrapped",
    "PyCellObject": "ob_ref",
    "PyGenObject": "gi_code gi_weakreflist gi_name gi_qualname gi_exc_state gi_hooks_inited gi_closed gi_running_async "
                   "gi_frame_state",
    "PyBaseExceptionObject": "dict args notes traceback context cause suppress_context",
    "PySyntaxErrorObject": "msg filename lineno offset end_lineno end_offset text print_file_and_line",
    "PyUnicodeErrorObject": "encoding object start end reason",
    "PySystemExitObject": "code",
    "PyOSErrorObject": "myerrno strerror filename filename2 written",
    "PyStopIterationObject": "value",
    "PyImportErrorObject": "msg name path",
    "PyAttributeErrorObject": "obj name",
    "PyNameErrorObject": "name",
    "PyBaseExceptionGroupObject": "msg excs",
    "PyTracebackObject": "tb_next tb_frame tb_lasti tb_lineno",
    "PyWeakReference": "wr_object wr_callback hash wr_prev wr_next vectorcall",
    "PyStructSequence_Field": "name doc",
    "PyStructSequence_Desc": "name doc fields n_in_sequence",
    "PyMemAllocatorEx": "ctx malloc calloc realloc free",
    "PyThreadState": "prev next interp recursion_remaining recursion_limit recursion_headroom tracing cframe c_profilefunc c_tracefunc "
                     "c_profileobj c_traceobj curexc_type curexc_value curexc_traceback exc_info dict gilstate_counter async_exc "
                     "thread_id context context_ver id exc_state",
    "_PyErr_StackItem": "exc_value previous_item",
    "PyCompilerFlags": "cf_flags cf_feature_version",
    "struct _inittab": "name initfunc",
    "Py_complex": "real imag",
    "_Py_Identifier": "string index",
    "_PyArg_Parser": "format keywords fname custom_msg pos min max kwtuple next",
}

CONSTANTS = """
Py_TPFLAGS_DEFAULT Py_TPFLAGS_HEAPTYPE Py_TPFLAGS_BASETYPE Py_TPFLAGS_HAVE_VECTORCALL Py_TPFLAGS_READY Py_TPFLAGS_READYING
Py_TPFLAGS_HAVE_GC Py_TPFLAGS_METHOD_DESCRIPTOR Py_TPFLAGS_VALID_VERSION_TAG Py_TPFLAGS_IS_ABSTRACT Py_TPFLAGS_IMMUTABLETYPE
Py_TPFLAGS_DISALLOW_INSTANTIATION Py_TPFLAGS_SEQUENCE Py_TPFLAGS_MAPPING Py_TPFLAGS_MANAGED_DICT Py_TPFLAGS_LONG_SUBCLASS
Py_TPFLAGS_LIST_SUBCLASS Py_TPFLAGS_TUPLE_SUBCLASS Py_TPFLAGS_BYTES_SUBCLASS Py_TPFLAGS_UNICODE_SUBCLASS
Py_TPFLAGS_DICT_SUBCLASS Py_TPFLAGS_BASE_EXC_SUBCLASS Py_TPFLAGS_TYPE_SUBCLASS Py_TPFLAGS_HAVE_FINALIZE
METH_VARARGS METH_KEYWORDS METH_NOARGS METH_O METH_CLASS METH_STATIC METH_COEXIST METH_FASTCALL METH_METHOD
T_SHORT T_INT T_LONG T_FLOAT T_DOUBLE T_STRING T_OBJECT T_CHAR T_BYTE T_UBYTE T_USHORT T_UINT T_ULONG T_STRING_INPLACE T_BOOL
T_OBJECT_EX T_LONGLONG T_ULONGLONG T_PYSSIZET T_NONE READONLY
Py_LT Py_LE Py_EQ Py_NE Py_GT Py_GE PyBUF_SIMPLE PyBUF_WRITABLE PyBUF_FORMAT PyBUF_ND PyBUF_STRIDES PyBUF_C_CONTIGUOUS
PyBUF_F_CONTIGUOUS PyBUF_ANY_CONTIGUOUS PyBUF_INDIRECT PyBUF_FULL PyBUF_FULL_RO PyBUF_MAX_NDIM
Py_mod_create Py_mod_exec PyLong_SHIFT PyLong_MASK Py_file_input Py_eval_input Py_single_input PyCF_ONLY_AST
Py_tp_dealloc Py_tp_new Py_tp_finalize Py_nb_add Py_nb_matrix_multiply Py_mp_length Py_sq_length Py_bf_getbuffer Py_am_send
Py_tp_traverse Py_tp_members Py_tp_doc Py_tp_free Py_tp_base Py_tp_call Py_tp_iter
PY_VERSION_HEX PYTHON_API_VERSION PYTHON_ABI_VERSION PY_VECTORCALL_ARGUMENTS_OFFSET PY_SSIZE_T_MAX
PyUnicode_WCHAR_KIND PyUnicode_1BYTE_KIND PyUnicode_2BYTE_KIND PyUnicode_4BYTE_KIND SSTATE_INTERNED_MORTAL
PYGEN_RETURN PYGEN_ERROR PYGEN_NEXT PyGILState_LOCKED PyGILState_UNLOCKED PyTrace_CALL PyTrace_OPCODE
CO_OPTIMIZED CO_NEWLOCALS CO_VARARGS CO_VARKEYWORDS CO_NESTED CO_GENERATOR CO_COROUTINE CO_ITERABLE_COROUTINE CO_ASYNC_GENERATOR
Py_PRINT_RAW Py_CLEANUP_SUPPORTED PyWrapperFlag_KEYWORDS
""".split()


def probe() -> str:
    lines = ["#define PY_SSIZE_T_CLEAN", "#include <Python.h>", "#include <structmember.h>", "#include <frameobject.h>",
             "#include <stddef.h>", "#include <stdio.h>", "int main(void)", "{"]
    for struct, fields in STRUCTS.items():
        lines.append(f'    printf("sizeof %s %zu\\n", "{struct}", sizeof({struct}));')
        for field in fields.split():
            lines.append(f'    printf("%s.%s %zu\\n", "{struct}", "{field}", offsetof({struct}, {field}));')
    for name in CONSTANTS:
        lines.append(f'    printf("{name} %lld\\n", (long long)({name}));')
    return "\n".join(lines + ["    return 0;", "}"]) + "\n"


def answers(cc: str, include: Path, source: Path) -> list[str]:
    program = source.with_suffix("")
    subprocess.run([cc, "-std=gnu11", "-w", f"-I{include}", source, "-o", program], check=True)
    return subprocess.run([program], capture_output=True, text=True, check=True).stdout.splitlines()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("include", type=Path)
    parser.add_argument("--reference", type=Path, default=Path("/usr/include/python3.11"))
    parser.add_argument("--cc", default="gcc")
    args = parser.parse_args()
    if not (args.reference / "Python.h").exists():
        print(f"layout: no headers in {args.reference}, skipped")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "probe.c"
        source.write_text(probe())
        ours, theirs = (answers(args.cc, include, source) for include in (args.include, args.reference))
    wrong = [f"{a}, but {b} in CPython's headers" for a, b in zip(ours, theirs) if a != b]
    print("\n".join(wrong + [f"layout: {len(wrong)} of {len(ours)} differ"]))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
